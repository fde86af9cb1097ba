"""Reads of isolation: orders, rounds, boards of sites."""
