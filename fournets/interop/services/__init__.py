"""Acts on field forms and on what devices send."""
