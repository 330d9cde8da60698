"""Forms of the results."""
