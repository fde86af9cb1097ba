"""The rules of care: pure."""
