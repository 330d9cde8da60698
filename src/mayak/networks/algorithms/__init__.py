"""Computations of networks in plain Python."""
