"""Tests of Mayak."""
