"""What matching tells the apps below the flow."""

from django.dispatch import Signal

matching_approved = Signal()
"""Sent inside the transaction of an approval, with ``run`` (MatchingRun) and ``actor`` (Actor)."""

matching_archived = Signal()
"""Sent inside the transaction that archives an approved pairing, with ``run`` and ``actor``."""

matching_replaced = Signal()
"""Sent inside the transaction in which an approved repair takes the place of an approved pairing.

With ``run`` (the repair), ``replaced`` (the old pairing, archived), ``actor`` and ``reason``. Neither
``matching_approved`` nor ``matching_archived`` is sent then: pairs that are in both stay as they are.
"""
