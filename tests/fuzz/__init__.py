"""Parsers fed what nobody would think of: ``python -m tests.fuzz PARSER --seconds 600``, or ``all``."""
