"""Closed lists of networks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartnershipState(models.TextChoices):
    """The life of a partnership; later work adds consent and agreement between «proposed» and «active»."""

    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")


PARTNERSHIP_TRANSITIONS: dict[str, frozenset[str]] = {
    PartnershipState.PROPOSED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ACTIVE: frozenset({PartnershipState.ENDED}),
    PartnershipState.ENDED: frozenset(),
}
