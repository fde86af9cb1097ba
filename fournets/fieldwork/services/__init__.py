"""Acts of field work."""
