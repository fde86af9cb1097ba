"""Reads of field work."""
