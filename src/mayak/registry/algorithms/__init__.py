"""Names of schools and their linking: plain Python, neither Django nor file formats."""
