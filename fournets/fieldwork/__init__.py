"""Field work: what a grid worker finds at doors, recorded on her phone with or without network, and never lost."""
