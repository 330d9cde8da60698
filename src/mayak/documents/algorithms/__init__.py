"""Plain Python: how a Russian official paper writes names, dates and numbers."""
