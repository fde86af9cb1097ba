"""Reads of a site beside its beds."""
