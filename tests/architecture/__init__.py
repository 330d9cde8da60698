"""Tests of what the import contracts cannot see."""
