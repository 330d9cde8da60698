"""Tests of what hides the values of persons."""
