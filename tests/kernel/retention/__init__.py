"""Tests of terms of storage."""
