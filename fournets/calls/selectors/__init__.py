"""Reads of the phone desk: the call in somebody's hand, what is left, what was registered."""
