"""Filters of diagnosis, one file per noun."""
