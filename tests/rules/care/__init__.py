"""The rules of care."""
