"""What matching tells the apps below the flow."""

from django.dispatch import Signal

matching_approved = Signal()
"""Sent inside the transaction of an approval, with ``run`` (MatchingRun) and ``actor`` (Actor)."""

matching_archived = Signal()
"""Sent inside the transaction that archives an approved pairing, with ``run`` and ``actor``."""
