"""Reads of the results."""
