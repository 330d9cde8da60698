"""Tests of the components of the interface."""
