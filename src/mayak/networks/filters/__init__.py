"""Filters of networks, one noun a file."""
