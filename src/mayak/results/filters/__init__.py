"""Filters of the results."""
