"""Matching: input snapshot, solver, pairs, explanation, approval."""
