"""Any department's blank form, filled from the one register."""
