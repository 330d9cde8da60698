"""Management commands of the results."""
