"""Pages of the registry, one noun a file; what they share stands in ``nouns`` and ``generic``."""
