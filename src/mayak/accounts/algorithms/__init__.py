"""Counting of working days."""
