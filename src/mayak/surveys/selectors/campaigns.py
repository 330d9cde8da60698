"""Rounds: lists, what stands in the way of starting one, and how many people it would ask."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.surveys.algorithms.checking import problems_of
from mayak.surveys.algorithms.definition import Definition, DefinitionError, QuestionKind
from mayak.surveys.algorithms.parsing import definition_from_dict
from mayak.surveys.enums import SHORT_MINUTES
from mayak.surveys.models import Audience, Campaign, CampaignQuerySet, OpenLink, QuestionnaireVersion
from mayak.surveys.selectors.audiences import Invited
from mayak.surveys.selectors.audiences import audience as provider_of
from mayak.surveys.selectors.fault_words import fault_words, place_words

NOT_FOR_STUDENTS = gettext_lazy(
    "Students are asked only with a questionnaire for students: it has no free text and no file, and asks the parents "
    "under 14."
)


def campaign_list(scope: Scope) -> CampaignQuerySet:
    """Return the rounds of the scope with how many people were invited and have answered."""
    by_link = (
        OpenLink.objects.filter(audience__campaign=OuterRef("pk"))
        .order_by()
        .values("audience__campaign")
        .annotate(found=Sum("answered"))
        .values("found")
    )
    return (
        Campaign.objects.within(scope)
        .select_related("owner__territory", "school_year")
        .annotate(
            invited_count=Count("audiences__invitations"),
            answered_count=Count("audiences__invitations", filter=Q(audiences__invitations__answered=True))
            + Coalesce(Subquery(by_link), 0),
        )
    )


def audiences_of(campaign: Campaign) -> list[Audience]:
    """Return the audiences of a round with their questionnaires, in their order."""
    found = list(campaign.audiences.select_related("version__questionnaire").order_by("position", "pk"))
    for one in found:
        one.campaign = campaign
    return found


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a round cannot start: of which audience, where in its questionnaire, in words."""

    audience: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class AudiencePlan:
    """Whom a round would ask in one audience.

    Attributes:
        people: how many are found; for open links the number of organisations.
        letters: how many of them get a letter.
        accounts: how many see it on their first screen.
        unreached: how many have neither address nor account.
        organisations: how many organisations they belong to.
    """

    audience: Audience
    people: int
    letters: int
    accounts: int
    unreached: int
    organisations: int


@dataclass(frozen=True, slots=True)
class StartPlan:
    """What would happen at the start."""

    audiences: tuple[AudiencePlan, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def can_start(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles

    @property
    def letters(self) -> int:
        """Letters in all."""
        return sum(one.letters for one in self.audiences)

    @property
    def people(self) -> int:
        """Invited people in all; links not counted."""
        return sum(one.people for one in self.audiences if not one.audience.by_link)

    @property
    def links(self) -> int:
        """Open links in all."""
        return sum(one.people for one in self.audiences if one.audience.by_link)


def people_of(audience: Audience) -> list[Invited]:
    """Return whom the provider of the audience finds, each person of an organisation once."""
    provider = provider_of(audience.provider)
    if provider is None:
        return []
    seen: set[tuple[Any, ...]] = set()
    found: list[Invited] = []
    for one in provider.find(audience.campaign):
        who = (
            ("p", one.person_id) if one.person_id else ("u", one.user_id) if one.user_id else ("e", one.email)
        )
        key = (one.organisation_id,) if audience.by_link else (*who, one.organisation_id)
        if key not in seen and (not audience.by_link or one.organisation_id):
            seen.add(key)
            found.append(one)
    return found


def start_plan(campaign: Campaign) -> StartPlan:
    """Return whom the round would ask and what stands in the way."""
    audiences = audiences_of(campaign)
    obstacles: list[Obstacle] = []
    plans = []
    if not audiences:
        obstacles.append(Obstacle("", "", _("Nobody is asked yet: add an audience with a questionnaire.")))
    for one in audiences:
        plans.append(_plan_of(one))
        obstacles += obstacles_of(one)
        if not plans[-1].people:
            obstacles.append(Obstacle(one.label, "", _("Nobody was found for this audience.")))
    return StartPlan(tuple(plans), tuple(obstacles))


def _plan_of(audience: Audience) -> AudiencePlan:
    people = people_of(audience)
    reached = Counter(
        "letter" if one.email else "account" if one.user_id or one.person_id else "none" for one in people
    )
    return AudiencePlan(
        audience=audience,
        people=len(people),
        letters=0 if audience.by_link else reached["letter"],
        accounts=sum(1 for one in people if one.user_id),
        unreached=0 if audience.by_link else sum(1 for one in people if not one.email and not one.user_id),
        organisations=len({one.organisation_id for one in people}),
    )


def obstacles_of(audience: Audience) -> list[Obstacle]:
    """Return why the questionnaire cannot be given to this audience."""
    version, questionnaire = audience.version, audience.version.questionnaire
    provider = provider_of(audience.provider)
    words: list[Obstacle] = []
    if provider is None:
        words.append(
            Obstacle(
                audience.label, "", _("Nobody knows any more how to find this audience; choose another.")
            )
        )
    if questionnaire.for_students and not audience.by_link:
        words.append(
            Obstacle(
                audience.label,
                "",
                _("Students are asked only by a link without an account; choose such an audience."),
            )
        )
    if provider is not None and provider.of_students and not questionnaire.for_students:
        words.append(Obstacle(audience.label, "", str(NOT_FOR_STUDENTS)))
    try:
        definition = version.definition
    except DefinitionError as error:
        return [
            *words,
            *(Obstacle(audience.label, fault.place, fault_words(fault)) for fault in error.faults),
        ]
    language = get_language() or "ru"
    faults = problems_of(
        definition,
        short_minutes=SHORT_MINUTES if questionnaire.is_short else None,
        for_students=questionnaire.for_students,
    )
    words += [
        Obstacle(
            audience.label,
            place_words(one.place, definition, language),
            fault_words(one, definition, language),
        )
        for one in faults
    ]
    if audience.is_anonymous and not questionnaire.for_students:
        words += [
            Obstacle(
                audience.label,
                question.text.of(language),
                _("A file names its author, so it is asked for only in a named round."),
            )
            for question in definition.questions()
            if question.kind == QuestionKind.FILE
        ]
    return words


@lru_cache(maxsize=64)
def _cached(_fingerprint: str, version_id: int) -> Definition:
    return definition_from_dict(QuestionnaireVersion.objects.get(pk=version_id).document)


def definition_of(audience: Audience) -> Definition:
    """Return the questionnaire of a started round: its content is frozen, so each process reads it once."""
    if audience.fingerprint:
        return _cached(audience.fingerprint, audience.version_id)
    return audience.version.definition
