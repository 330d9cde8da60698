"""Making a round: its page of settings, its audiences, its copy for the next year."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import SchoolYear
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Audience, Campaign, QuestionnaireVersion
from mayak.surveys.selectors.audiences import audience as provider_of
from mayak.surveys.selectors.campaigns import NOT_FOR_STUDENTS

FIELDS = (
    "title", "purpose", "owner", "programme", "school_year", "mode", "opens_on", "closes_on", "threshold",
    "shows_common_result", "target_percent", "target_source", "previous",
)  # fmt: skip
LATER_FIELDS = ("closes_on", "shows_common_result", "target_percent", "target_source", "previous")
"""What may still change while the round runs: nothing of what was promised to those who answer."""


@transaction.atomic
def create_campaign(values: Mapping[str, Any], *, actor: Actor) -> Campaign:
    """Make a draft of a round.

    Raises:
        ValidationError: the days or the values do not fit.
    """
    campaign = Campaign(**{name: values[name] for name in FIELDS if name in values})
    campaign.full_clean()
    campaign.save()
    note(campaign, actor, "create")
    return campaign


@transaction.atomic
def change_campaign(campaign: Campaign, values: Mapping[str, Any], *, actor: Actor) -> Campaign:
    """Change the settings; of a round that runs only those that promise nothing to who answers.

    Raises:
        ValidationError: the round runs or is closed, or the values do not fit.
    """
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("owner__territory")
        .get(pk=campaign.pk)
    )
    allowed = FIELDS if held.state == CampaignState.DRAFT else LATER_FIELDS
    before = snapshot(held)
    for name in FIELDS:
        if name not in values or getattr(held, name) == values[name]:
            continue
        if name not in allowed:
            raise ValidationError(
                {name: _("This was promised to those who answer and cannot change any more.")}
            )
        setattr(held, name, values[name])
    held.full_clean()
    held.save()
    record(held, actor=actor, action="update", before=before, **_place(held))
    return held


@transaction.atomic
def delete_campaign(campaign: Campaign, *, actor: Actor) -> None:
    """Delete a draft that was never started.

    Raises:
        ValidationError: it was started.
    """
    held = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("owner__territory")
        .get(pk=campaign.pk)
    )
    if held.state != CampaignState.DRAFT or held.started_at is not None:
        raise ValidationError(_("Only a round that was never started can be deleted."))
    note(held, actor, "delete")
    held.delete()


@transaction.atomic
def add_audience(
    campaign: Campaign, *, provider: str, version: QuestionnaireVersion, label: str = "", actor: Actor
) -> Audience:
    """Ask one more group of people with its own questionnaire.

    Raises:
        ValidationError: the round was started; the provider is unknown.
    """
    must_be_draft(campaign)
    found = provider_of(provider)
    if found is None:
        raise ValidationError({"provider": _("Choose whom to ask.")})
    if version.questionnaire.for_students and not found.by_link:
        raise ValidationError(
            {"version": _("Students are asked only by a link without an account; choose such an audience.")}
        )
    if found.of_students and not version.questionnaire.for_students:
        raise ValidationError({"version": NOT_FOR_STUDENTS})
    audience = Audience.objects.create(
        campaign=campaign,
        provider=provider,
        label=label.strip() or str(found.label),
        version=version,
        by_link=found.by_link,
        position=campaign.audiences.count(),
    )
    note(campaign, actor, "add_audience", {"audience": [None, audience.label]})
    return audience


@transaction.atomic
def set_audiences(campaign: Campaign, chosen: Mapping[str, int | None], *, actor: Actor) -> None:
    """Make the audiences what the page says: provider -> key of a questionnaire, None asks them not at all.

    Raises:
        ValidationError: the round was started, or an audience may not get that questionnaire.
    """
    must_be_draft(campaign)
    present = {
        one.provider: one
        for one in campaign.audiences.select_related("version", "campaign__owner__territory")
    }
    for provider, questionnaire in chosen.items():
        held = present.get(provider)
        if held is not None and held.version.questionnaire_id == questionnaire:
            continue
        if held is not None:
            remove_audience(held, actor=actor)
        if questionnaire is not None:
            newest = (
                QuestionnaireVersion.objects.filter(questionnaire=questionnaire).order_by("-number").first()
            )
            if newest is None:
                raise ValidationError(_("This questionnaire has no content yet."))
            add_audience(campaign, provider=provider, version=newest, actor=actor)


@transaction.atomic
def remove_audience(audience: Audience, *, actor: Actor) -> None:
    """Ask this group no more.

    Raises:
        ValidationError: the round was started.
    """
    must_be_draft(audience.campaign)
    note(audience.campaign, actor, "remove_audience", {"audience": [audience.label, None]})
    audience.delete()


@transaction.atomic
def copy_campaign(campaign: Campaign, *, school_year: SchoolYear, actor: Actor) -> Campaign:
    """Make a draft of the same round for another school year, to be compared with this one.

    Questionnaires come in their newest version; the days move by whole years.
    """
    shift = school_year.start_year - campaign.school_year.start_year
    values = {name: getattr(campaign, name) for name in FIELDS}
    values |= {
        "school_year": school_year,
        "opens_on": _years_later(campaign.opens_on, shift),
        "closes_on": _years_later(campaign.closes_on, shift),
        "previous": campaign,
    }
    copy = Campaign.objects.create(**values)
    for audience in campaign.audiences.select_related("version__questionnaire"):
        newest = audience.version.questionnaire.versions.order_by("-number").first()
        Audience.objects.create(
            campaign=copy,
            provider=audience.provider,
            label=audience.label,
            version=newest or audience.version,
            by_link=audience.by_link,
            position=audience.position,
        )
    note(copy, actor, "create", {"previous": [None, campaign.pk]})
    return copy


def must_be_draft(campaign: Campaign) -> None:
    """Refuse what only a draft allows.

    Raises:
        ValidationError: the round was started.
    """
    if not Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).exists():
        raise ValidationError(_("The round was started: who is asked and what is frozen."))


def note(campaign: Campaign, actor: Actor, action: str, changes: Mapping[str, Any] | None = None) -> None:
    """Write into the audit log what was done to a round."""
    record(campaign, actor=actor, action=action, changes=changes, **_place(campaign))


def _place(campaign: Campaign) -> dict[str, Any]:
    owner = campaign.owner
    return {"territory_path": owner.territory.path or "", "organisation_id": owner.pk}


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
