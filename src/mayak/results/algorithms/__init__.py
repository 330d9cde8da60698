"""Calculations on results: plain Python, no Django, no file formats."""
