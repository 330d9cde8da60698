"""Tests of scope and rights."""
