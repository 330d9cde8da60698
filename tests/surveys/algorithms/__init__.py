"""Tests of the plain Python of surveys."""
