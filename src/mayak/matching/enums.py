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
    WORST_FIRST = "worst_first", _("the worst served first")
    LEAST_CHANGE = "least_change", _("as few changes as possible")


class MatchingLevel(models.TextChoices):
    """Who is paired with whom: schools or teachers; both levels can be computed as one plan (feature 29)."""

    SCHOOLS = "schools", _("schools with lead schools")
    TEACHERS = "teachers", _("teachers with mentors")


class NetworkModel(models.TextChoices):
    """The models of a network of S2 (domain.md A2.2); the choice sets the structure of the plan."""

    CONCENTRATED_COORDINATION = "concentrated_coordination", _("concentrated, coordinating centre")
    CONCENTRATED_RESOURCE = "concentrated_resource", _("concentrated, resource centre")
    CONCENTRATED_BOTH = "concentrated_both", _("concentrated, coordination and resources together")
    DISTRIBUTED_INSTRUMENTAL = "distributed_instrumental", _("distributed, instrumental")
    DISTRIBUTED_IDENTICAL = "distributed_identical", _("distributed, identical")
    CHAIN = "chain", _("chain")
    MIXED = "mixed", _("mixed")


class RunPurpose(models.TextChoices):
    """Why a pairing was made."""

    PLAN = "plan", _("plan of the year")
    SCENARIO = "scenario", _("scenario: what if")
    REPAIR = "repair", _("repair after somebody left")
    IMPORT = "import", _("ready pairs from a file")


class Coupling(models.TextChoices):
    """What the pairs of schools mean for the pairs of teachers."""

    NONE = "none", _("nothing")
    PREFER = "prefer", _("partner schools first")
    REQUIRE = "require", _("only between partner schools")


class LineKind(models.TextChoices):
    """A content line of help between schools (glossary: content line)."""

    SUBJECT = "subject", _("subject")
    RISK = "risk", _("risk factor")
    COMPETENCE = "competence", _("competence")
    OTHER = "other", _("other need")


class PairOrigin(models.TextChoices):
    """Who put a pair together."""

    SOLVER = "solver", _("found by the computation")
    LOCKED = "locked", _("locked by hand")
    HAND = "hand", _("moved by hand")
    IMPORTED = "imported", _("from a file")


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
    LEVEL = "level", _("Stands above the school")
    KIND = "kind", _("Same kind of school")
    LANGUAGE = "language", _("Same language of teaching")
    HISTORY = "history", _("Worked well together before")
    WILLING = "willing", _("Neither of them refused")
    PREFERENCE = "preference", _("They wish each other")
    NOVELTY = "novelty", _("A new pair")


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
    Criterion.LEVEL: _(
        "The share of pupils not below the threshold is higher in the lead school: the greater the difference, the "
        "more points. From which difference on stands below, under the numbers."
    ),
    Criterion.KIND: _(
        "Both rural or both urban, of the same type, both small or both not: each of the three gives a third."
    ),
    Criterion.LANGUAGE: _("Both schools teach in the same language."),
    Criterion.HISTORY: _(
        "They were a pair in an earlier year and worked together to its end; left out where nobody was."
    ),
    Criterion.WILLING: _(
        "A refusal of one side lowers the score and does not forbid the pair; where both refused there is no pair. "
        "With 0 the refusal of one side forbids the pair too."
    ),
    Criterion.PREFERENCE: _("Who named whom: both each other count fully, one of them half."),
    Criterion.NOVELTY: _("The school has not had this lead school yet: experience comes to more schools."),
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
    Objective.WORST_FIRST: _(
        "The worst served first: as many as possible get help, then the weakest of all pairs is as good as it "
        "can be, then the total score decides."
    ),
    Objective.LEAST_CHANGE: _(
        "As few changes as possible: as many as possible get help, then as many pairs of last year as possible "
        "are kept, then the total score decides. The price of each kept pair is shown."
    ),
}


FAR_KM: Final = 100.0
"""Kilometres from which nearness gives no points and check CH-24 looks. Assumption: S2 only says «remote»."""
