"""Tests of the identification through the database."""
