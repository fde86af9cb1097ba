"""How much may be sent on the page at once."""

MOST_BYTES, MOST_FILES = 100 * 1024**2, 500
LONGEST_NAME = 240  # bytes of a file's name
