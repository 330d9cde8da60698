"""Reads of networks."""

from mayak.networks.selectors.partnerships import (
    LOAD_LIMIT,
    lead_loads,
    mentees_without_lead,
    partnership_list,
)
from mayak.networks.selectors.pictures import network_picture, places_picture

__all__ = [
    "LOAD_LIMIT",
    "lead_loads",
    "mentees_without_lead",
    "network_picture",
    "partnership_list",
    "places_picture",
]
