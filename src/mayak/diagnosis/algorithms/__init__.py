"""Computations of diagnosis: plain Python, no Django, no file format."""
