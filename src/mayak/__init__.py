"""Mayak: network mentoring of schools."""
