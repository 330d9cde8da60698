"""Pairing of teachers."""
