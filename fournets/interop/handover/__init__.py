"""Cases and contacts handed to the disease control centre, in its systems' own formats, and its answer read (交接)."""
