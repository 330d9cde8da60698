"""Attacks on the whole site; docs/operate/security.md names each of them."""
