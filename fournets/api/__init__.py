"""The machine API: what the pages show and take, for programs that act for somebody under one of his posts."""
