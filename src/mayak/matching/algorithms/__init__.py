"""Pairing of schools, exact and explained: plain Python over NumPy and OR-Tools, neither Django nor file formats."""
