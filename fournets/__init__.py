"""Fournets (四网): outbreak response and safe work resumption for a town."""

__version__ = "0.1.0"
