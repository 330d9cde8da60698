"""Starting a round: everything that is promised and compared later is frozen, and everybody gets an invitation."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.bulk import bulk_insert, portions
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.registry import JobHandle
from mayak.kernel.jobs.services import enqueue_job
from mayak.surveys.algorithms.mixing import shards_for
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import (
    Audience,
    Campaign,
    OpenLink,
    QuestionnaireVersion,
    SurveyInvitation,
)
from mayak.surveys.selectors.audiences import Invited, breakdowns
from mayak.surveys.selectors.campaigns import audiences_of, people_of, start_plan
from mayak.surveys.services.campaigns import note
from mayak.surveys.services.mixing import make_pools
from mayak.surveys.services.survey_letters import queue_invitation_letters
from mayak.surveys.services.versions import freeze_version

START_JOB = "surveys.start"
PORTION = 5000
LINKS_TO_A_SHARD = 10
"""Open links have no list of people: a pool serves so many organisations."""
COLUMNS = (
    "audience_id",
    "user_id",
    "person_id",
    "organisation_id",
    "email",
    "token_hash",
    "groups",
    "answered",
)


@transaction.atomic
def start_campaign(campaign: Campaign, *, site: str, actor: Actor) -> Job:
    """Ask for the start: a job invites everybody. Letters go out on the first day of the round, not before.

    Raises:
        ValidationError: something stands in the way, each obstacle with its place; or it is started already.
    """
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("owner__territory")
        .get(pk=campaign.pk)
    )
    if held.state != CampaignState.DRAFT:
        raise ValidationError(_("This round is started already."))
    if held.closes_on < timezone.localdate():
        raise ValidationError(_("The last day of the round is over: move it first."))
    plan = start_plan(held)
    if not plan.can_start:
        raise ValidationError(
            [": ".join(filter(None, [one.audience, one.place, one.text])) for one in plan.obstacles]
        )
    held.state, held.site = CampaignState.STARTING, site
    held.save(update_fields=["state", "site"])
    note(held, actor, "start", {"state": [CampaignState.DRAFT, CampaignState.STARTING]})
    campaign.state = held.state
    return enqueue_job(
        START_JOB,
        actor=actor,
        title=_("Start of the survey «%(title)s»") % {"title": held.title},
        arguments={"campaign": held.pk},
        link=reverse("surveys:campaign", args=[held.pk]),
    )


def run_start(campaign_id: int, handle: JobHandle, *, actor: Actor = SYSTEM) -> int:
    """Invite everybody and let the round run; all of it or nothing. Return how many were invited."""
    with handle.once("start") as first:
        campaign = (
            Campaign.objects.select_for_update(of=("self",))
            .select_related("owner__territory")
            .get(pk=campaign_id)
        )
        if not first or campaign.state != CampaignState.STARTING:
            return SurveyInvitation.objects.filter(audience__campaign=campaign_id).count()
        invited = 0
        for audience in audiences_of(campaign):
            invited += freeze_audience(audience, handle, done=invited, actor=actor)
        campaign.state, campaign.started_at = CampaignState.RUNNING, timezone.now()
        campaign.save(update_fields=["state", "started_at"])
    queue_invitation_letters(campaign)
    return invited


def give_up_start(campaign_id: int) -> None:
    """Take the round back to a draft: its start failed and nothing of it was kept."""
    Campaign.objects.filter(pk=campaign_id, state=CampaignState.STARTING).update(state=CampaignState.DRAFT)


def freeze_audience(
    audience: Audience, handle: JobHandle | None = None, *, done: int = 0, actor: Actor = SYSTEM
) -> int:
    """Freeze questionnaire, labels and breakdown values of an audience and make its invitations or its links."""
    campaign = audience.campaign
    with override(settings.LANGUAGE_CODE):
        known = _Breakdowns(campaign)
        people = people_of(audience)
    rows = [(one, known.of(one)) for one in people]
    audience.breakdown_labels = known.labels({name for _one, groups in rows for name in groups})
    audience.fingerprint = fingerprint_of(audience.version)
    audience.shards = max(len(people) // LINKS_TO_A_SHARD, 1) if audience.by_link else shards_for(len(people))
    audience.shards = min(audience.shards, 16)
    audience.save(update_fields=["breakdown_labels", "fingerprint", "shards"])
    freeze_version(audience.version, actor=actor)
    if audience.is_anonymous:
        make_pools(audience)
    if audience.by_link:
        _make_links(audience, rows)
        return 0
    for part in portions(_invitation_rows(audience, rows), PORTION):
        bulk_insert(SurveyInvitation, COLUMNS, part)
        done += len(part)
        if handle is not None:
            handle.progress(done, stage=audience.label)
    return len(rows)


def fingerprint_of(version: QuestionnaireVersion) -> str:
    """Return the hash of what the version asks."""
    text = json.dumps(version.document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _make_links(audience: Audience, rows: list[tuple[Invited, dict[str, str]]]) -> None:
    OpenLink.objects.bulk_create(
        OpenLink(
            audience=audience,
            organisation_id=one.organisation_id,
            token=secrets.token_urlsafe(16),
            groups=groups,
        )
        for one, groups in rows
        if one.organisation_id is not None
    )


def _invitation_rows(
    audience: Audience, rows: list[tuple[Invited, dict[str, str]]]
) -> Iterator[tuple[Any, ...]]:
    for one, groups in rows:
        nobody_knows = secrets.token_hex(32)  # no link leads here until a letter is written
        yield (
            audience.pk, one.user_id, one.person_id, one.organisation_id, one.email, nobody_knows, groups, False
        )  # fmt: skip


class _Breakdowns:
    """The values of all breakdowns of a round, asked once."""

    def __init__(self, campaign: Campaign) -> None:
        self._known = breakdowns()
        self._words: dict[str, Mapping[str, str]] = {one.code: one.values(campaign) for one in self._known}
        self._by_organisation = {one.code: one.of(campaign) for one in self._known if one.of is not None}

    def of(self, invited: Invited) -> dict[str, str]:
        """Return the values of one person: those of the organisation, then the person's own."""
        groups = {}
        if invited.organisation_id is not None:
            for code, values in self._by_organisation.items():
                if invited.organisation_id in values:
                    groups[code] = values[invited.organisation_id]
        return groups | {name: value for name, value in invited.groups.items() if value}

    def labels(self, used: set[str]) -> dict[str, Any]:
        """Return the words of the breakdowns that occur."""
        found: dict[str, Any] = {
            one.code: {
                "label": str(one.label),
                "values": {str(k): str(v) for k, v in self._words[one.code].items()},
            }
            for one in self._known
            if one.code in used
        }
        for name in sorted(used - set(found)):
            found[name] = {"label": name, "values": {}}
        return found
