"""Reads of tracing: contacts and their sums, cases, answers."""
