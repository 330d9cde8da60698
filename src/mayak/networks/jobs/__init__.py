"""Background work of networks, one noun a file; importing this package registers it."""

from mayak.networks.jobs import agreements, partnerships

__all__ = ["agreements", "partnerships"]
