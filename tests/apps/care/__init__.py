"""Care: own pages, alarms."""
