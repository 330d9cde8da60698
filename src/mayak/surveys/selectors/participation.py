"""Who has answered, never what: counts by audience and organisation, and names for whoever holds the round."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from mayak.surveys.models import (
    Answer,
    Audience,
    Campaign,
    OpenLink,
    SurveyInvitation,
    SurveyInvitationQuerySet,
)

NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Participation:
    """How many were asked and have answered; ``invited`` is None where nobody said how many were expected."""

    invited: int | None
    answered: int

    @property
    def share(self) -> float | None:
        """The share from 0 to 1."""
        return min(self.answered / self.invited, 1.0) if self.invited else None


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """Participation of one organisation in one audience."""

    organisation_id: int | None
    organisation: str
    territory: str
    audience: Audience
    count: Participation

    @property
    def missing(self) -> int:
        """How many have not answered."""
        return max((self.count.invited or 0) - self.count.answered, 0)


def participation_by_audience(audiences: Iterable[Audience]) -> dict[int, Participation]:
    """Return the participation of each audience by its key, two queries."""
    keys = {one.pk: one for one in audiences}
    found = dict.fromkeys(keys, Participation(0, 0))
    invited = (
        SurveyInvitation.objects.filter(audience__in=list(keys))
        .order_by()
        .values_list("audience")
        .annotate(invited=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    )
    for audience, people, answered in invited:
        found[audience] = Participation(people, answered)
    links = (
        OpenLink.objects.filter(audience__in=list(keys))
        .order_by()
        .values_list("audience")
        .annotate(expected=Sum("expected"), answered_sum=Sum("answered"))
    )
    for audience, expected, answered in links:
        found[audience] = Participation(expected, answered)
    return found


def participation_by_organisation(audiences: Iterable[Audience]) -> list[OrganisationRow]:
    """Return the participation of each organisation in each audience, the least first, two queries."""
    by_key = {one.pk: one for one in audiences}
    counted = (
        SurveyInvitation.objects.filter(audience__in=list(by_key))
        .order_by()
        .values_list("audience", "organisation", "organisation__short_name", "organisation__territory__name")
        .annotate(invited=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    )
    rows = [
        OrganisationRow(key, name or NOWHERE, place or "", by_key[audience], Participation(people, answered))
        for audience, key, name, place, people, answered in counted
    ]
    links = OpenLink.objects.filter(audience__in=list(by_key)).select_related("organisation__territory")
    rows += [
        OrganisationRow(
            link.organisation_id,
            link.organisation.short_name,
            str(link.organisation.territory),
            by_key[link.audience_id],
            Participation(link.expected, link.answered),
        )
        for link in links
    ]
    order = {one.pk: at for at, one in enumerate(by_key.values())}
    return sorted(rows, key=lambda row: (order[row.audience.pk], row.count.share or 0, row.organisation))


def names_of(audience: Audience, organisation_id: int | None) -> SurveyInvitationQuerySet:
    """Return who of an organisation was asked; only for whoever holds the round (``surveys.manage``)."""
    rows = SurveyInvitation.objects.filter(audience=audience, organisation=organisation_id)
    return rows.select_related("person", "user").order_by("answered", "person__sort_key", "pk")


def waiting_answers(campaign: Campaign) -> int:
    """Return how many anonymous answers were given and do not stand in the results yet."""
    anonymous = [one.pk for one in campaign.audiences.all() if campaign.is_anonymous or one.by_link]
    given = SurveyInvitation.objects.filter(audience__in=anonymous, answered=True).count()
    given += OpenLink.objects.filter(audience__in=anonymous).aggregate(found=Sum("answered"))["found"] or 0
    return max(given - Answer.objects.filter(audience__in=anonymous).count(), 0)


def invitations_of(user: Any) -> SurveyInvitationQuerySet:
    """Return the invitations of an account: its own and those of its person."""
    mine = Q(user=user)
    if user.person_id:
        mine |= Q(person=user.person_id)
    return (
        SurveyInvitation.objects.filter(mine)
        .select_related("audience__campaign__owner", "audience__version__questionnaire", "organisation")
        .defer("audience__version__document", "audience__breakdown_labels")
        .order_by("answered", "audience__campaign__closes_on", "pk")
    )
