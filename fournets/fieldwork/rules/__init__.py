"""Rules of field work: what a record says, when it happened, what ends a task, on which floor a door is."""
