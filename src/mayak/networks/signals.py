"""What networks tell other apps and themselves."""

from django.dispatch import Signal

agreement_signed = Signal()
"""Sent with ``agreement`` and ``actor`` in the transaction in which an agreement (no amendment) is signed."""
