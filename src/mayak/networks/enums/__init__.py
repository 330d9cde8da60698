"""Closed lists of networks, one noun a file."""

from mayak.networks.enums.partnerships import (
    OVER,
    PARTNERSHIP_TRANSITIONS,
    WAITING,
    PartnershipState,
    RenewalChoice,
    Side,
)

__all__ = [
    "OVER",
    "PARTNERSHIP_TRANSITIONS",
    "WAITING",
    "PartnershipState",
    "RenewalChoice",
    "Side",
]
