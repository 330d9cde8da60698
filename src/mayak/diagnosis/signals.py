"""What diagnosis tells to later apps."""

from django.dispatch import Signal

observation_finished = Signal()
"""All observers of a lesson have finished: ``lesson``, ``actor``. Sent inside the transaction."""
