"""What a person may change in a network, one noun a file."""

from mayak.networks.permissions.partnerships import (
    can_answer,
    can_end_partnership,
    can_keep_partnership,
    can_renew,
)

__all__ = ["can_answer", "can_end_partnership", "can_keep_partnership", "can_renew"]
