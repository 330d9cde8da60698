"""What surveys tell the apps above them."""

from django.dispatch import Signal

response_submitted = Signal()
"""A named response was submitted; arguments: ``response`` (NamedResponse), ``actor``. Sent inside the transaction."""

campaign_closed = Signal()
"""A round was closed and its answers are all permanent; arguments: ``campaign``, ``actor``."""
