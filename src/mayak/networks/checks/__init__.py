"""Automatic checks of networks, one noun a file; importing this package registers them."""

from mayak.networks.checks import agreements, mentor_pairs, networks, partnerships

__all__ = ["agreements", "mentor_pairs", "networks", "partnerships"]
