"""Cleaning, cell by cell: what a cell says, by kind of value. Pure: no Django, no clock, no files."""
