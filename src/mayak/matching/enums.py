"""Closed lists of matching."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatchingState(models.TextChoices):
    """The life of a pairing; ``MATCHING_TRANSITIONS`` says what may follow what."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    ARCHIVED = "archived", _("archived")


MATCHING_TRANSITIONS: dict[str, frozenset[str]] = {
    MatchingState.DRAFT: frozenset({MatchingState.APPROVED, MatchingState.ARCHIVED}),
    MatchingState.APPROVED: frozenset({MatchingState.ARCHIVED}),
    MatchingState.ARCHIVED: frozenset(),
}


class Objective(models.TextChoices):
    """What the best pairing means, in words (ux.md 12)."""

    BEST_PAIRS = "best_pairs", _("the best pairs")
    NOBODY_LEFT = "nobody_left", _("nobody without a pair")
    NEEDIEST_FIRST = "neediest_first", _("the neediest first")


class PairOrigin(models.TextChoices):
    """Who put a pair together."""

    SOLVER = "solver", _("found by the computation")
    LOCKED = "locked", _("locked by hand")
    HAND = "hand", _("moved by hand")


class PairRuleKind(models.TextChoices):
    """What a person demanded of a pair."""

    LOCK = "lock", _("must be together")
    FORBID = "forbid", _("must not be together")


class Total(models.TextChoices):
    """What is summed over the pairs."""

    SCORE = "score", _("points of the pairs, as many as possible")
    DISTANCE = "distance", _("kilometres, as few as possible")


class Within(models.TextChoices):
    """Inside which territory both schools of a pair must lie."""

    ANYWHERE = "anywhere", _("anywhere")
    REGION = "region", _("in the same region")
    MUNICIPALITY = "municipality", _("in the same municipality")


class UnknownDistance(models.TextChoices):
    """What happens to a pair whose distance is unknown where the distance is limited."""

    EXCLUDE = "exclude", _("leave such pairs out and name them")
    ALLOW = "allow", _("allow them and say that the distance is unknown")


class Criterion(models.TextChoices):
    """What makes a pair good; ``CRITERION_WORDS`` explains each in plain words."""

    NEEDS = "needs", _("Strong in what the school lacks")
    DISTANCE = "distance", _("Near")
    MUNICIPALITY = "municipality", _("In the same municipality")
    REGION = "region", _("In the same region")


CRITERION_WORDS = {
    Criterion.NEEDS: _(
        "How well the strengths of the lead school cover the subjects and grades in which the school fails; "
        "the subject that fails worst counts most."
    ),
    Criterion.DISTANCE: _(
        "The nearer, the better; without coordinates it gives nothing, and the pair says so."
    ),
    Criterion.MUNICIPALITY: _("One authority leads both schools, so that joint work is easier to order."),
    Criterion.REGION: _("Both schools follow the rules and the programme of one region."),
}

OBJECTIVE_WORDS = {
    Objective.BEST_PAIRS: _(
        "The best pairs: the total score is the greatest possible. "
        "A school that fits nobody well may stay without a pair."
    ),
    Objective.NOBODY_LEFT: _(
        "Nobody without a pair: first as many schools as possible get help, "
        "then the total score is the greatest possible."
    ),
    Objective.NEEDIEST_FIRST: _(
        "The neediest first: where places are short, schools whose results are worst get a pair first, "
        "then the total score decides."
    ),
}


FAR_KM: Final = 100.0
"""Kilometres from which nearness gives no points and check CH-24 looks. Assumption: S2 only says «remote»."""
