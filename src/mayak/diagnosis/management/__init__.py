"""Commands of diagnosis."""
