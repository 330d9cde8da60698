"""Questionnaires, rounds of them, answers and results: an engine that knows no schools' affairs."""
