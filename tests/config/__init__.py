"""Tests of settings, environment and checks."""
