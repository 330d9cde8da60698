"""Measurements of the pairing: correctness, speed and memory beside other solvers."""
