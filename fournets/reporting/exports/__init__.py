"""Lists of people handed out: asked for, approved where they are large, made once, and traced when they leak."""
