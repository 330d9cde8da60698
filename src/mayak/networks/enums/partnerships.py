"""Closed lists of partnerships of schools."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnershipState(models.TextChoices):
    """The life of a partnership: proposed, both schools consent, agreement, work, end."""

    PROPOSED = "proposed", _("proposed")
    REFUSED = "refused", pgettext_lazy("partnership", "refused")
    CONSENTED = "consented", _("both consent")
    AGREED = "agreed", _("agreement signed")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


PARTNERSHIP_TRANSITIONS: dict[str, frozenset[str]] = {
    PartnershipState.PROPOSED: frozenset(
        {PartnershipState.CONSENTED, PartnershipState.REFUSED, PartnershipState.ENDED}
    ),
    PartnershipState.REFUSED: frozenset(),
    PartnershipState.CONSENTED: frozenset(
        {PartnershipState.AGREED, PartnershipState.ACTIVE, PartnershipState.ENDED}
    ),
    PartnershipState.AGREED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ACTIVE: frozenset({PartnershipState.PAUSED, PartnershipState.ENDED}),
    PartnershipState.PAUSED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ENDED: frozenset(),
}
"""What may follow on what. A refusal and an end are final: another proposal or a renewal is a new partnership."""

OVER = frozenset({PartnershipState.REFUSED, PartnershipState.ENDED})
"""States in which schools are no partners (any more)."""

WAITING = frozenset({PartnershipState.PROPOSED, PartnershipState.CONSENTED, PartnershipState.AGREED})
"""States before the work has begun."""


class Side(models.TextChoices):
    """The two sides of a partnership."""

    MENTEE = "mentee", _("school that gets help")
    LEAD = "lead", _("lead school")


class RenewalChoice(models.TextChoices):
    """What becomes of a partnership in the next school year."""

    KEEP = "keep", _("goes on as it is")
    CHANGE = "change", _("goes on with changes")
    STOP = "stop", _("does not go on")
