"""Filters of surveys, one file per noun."""
