"""Writes of surveys: one function per user action."""
