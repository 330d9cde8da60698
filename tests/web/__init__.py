"""Tests of the shell and of the demonstration."""
