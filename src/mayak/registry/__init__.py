"""Territories, organisations, people, programmes, legal acts: what everything later refers to."""
