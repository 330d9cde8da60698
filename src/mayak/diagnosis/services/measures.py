"""The library of typical measures, and the life of a recommendation."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.measures import (
    LEAST_THRESHOLDS,
    RECOMMENDATION_TRANSITIONS,
    RecommendationState,
)
from mayak.diagnosis.models import MeasureTemplate, MeasureThreshold, Recommendation
from mayak.diagnosis.models.of_person import posts_on
from mayak.diagnosis.models.thresholds import FIRST_YEAR
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.diagnosis.selectors.measures import ProposedMeasure
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.validators.attachments import check_attachment
from mayak.kernel.access import Actor
from mayak.registry.models import Organisation, Person, SchoolYear
from mayak.registry.services.rows import create_row, delete_row, update_row


def save_template(row: MeasureTemplate, *, actor: Actor, values: Mapping[str, Any]) -> MeasureTemplate:
    """Add or change a typical measure; recommendations made from it before keep their words."""
    if row.pk is None:
        for name, value in values.items():
            setattr(row, name, value)
        return create_row(row, actor=actor)
    return update_row(row, actor=actor, values=values)


@transaction.atomic
def save_threshold(row: MeasureThreshold, *, actor: Actor, values: Mapping[str, Any]) -> MeasureThreshold:
    """Change a threshold; with another school year the first value stays as it is and a value of that year is added.

    Raises:
        ValidationError: the number is below zero or below what keeps people unnamed, or the year has a value already.
    """
    stored = MeasureThreshold.objects.get(pk=row.pk)
    value, least = values.get("value"), LEAST_THRESHOLDS.get(stored.code, 0)
    if value is not None and value < 0:
        raise ValidationError({"value": _("The value cannot be below zero.")})
    if value is not None and value < least:
        raise ValidationError(
            {"value": _("Fewer than %(least)s would name single people.") % {"least": least}}
        )
    if stored.year_from != FIRST_YEAR or values.get("year_from", FIRST_YEAR) == FIRST_YEAR:
        return update_row(row, actor=actor, values=values)
    stored.pk = None
    stored._state.adding = True
    for name, new in values.items():
        setattr(stored, name, new)
    return create_row(stored, actor=actor)


@transaction.atomic
def create_recommendation(
    organisation: Organisation, school_year: SchoolYear, *, actor: Actor, **fields: Any
) -> Recommendation:
    """Make a draft of a recommendation.

    Raises:
        ValidationError: a field says no, the person does not work there, or the year is closed.
    """
    check_open(school_year)
    row = Recommendation(organisation=organisation, school_year=school_year, **fields)
    _check_person(row)
    return create_row(row, actor=actor)


@transaction.atomic
def accept_proposals(
    organisation: Organisation,
    school_year: SchoolYear,
    *,
    actor: Actor,
    proposals: Iterable[ProposedMeasure],
    controller: str = "",
    person: Person | None = None,
) -> list[Recommendation]:
    """Make drafts of the chosen measures with deadlines and control dates; one that is there already is left out.

    Raises:
        ValidationError: the year is closed.
    """
    today = timezone.localdate()
    later = dt.timedelta(days=int(threshold("control-days", school_year.start_year)))
    live = Recommendation.objects.filter(
        organisation=organisation, school_year=school_year, addressee_person=person
    ).exclude(state=RecommendationState.CANCELLED)
    known = set(live.values_list("template_id", "trigger_code"))
    made = []
    for one in proposals:
        if (one.template.pk, one.trigger.code) in known:
            continue
        known.add((one.template.pk, one.trigger.code))
        deadline = today + dt.timedelta(days=one.template.days)
        made.append(
            create_recommendation(
                organisation,
                school_year,
                actor=actor,
                text=one.template.text,
                addressee=one.template.addressee,
                addressee_person=person,
                deadline=deadline,
                control_on=deadline + later,
                controller=controller,
                template=one.template,
                trigger_kind=one.trigger.kind,
                trigger_code=one.trigger.code,
                trigger_label=f"{one.trigger.label}. {one.trigger.evidence}".strip(". ")[:500],
                expected_evidence=one.template.evidence,
            )
        )
    return made


@transaction.atomic
def update_recommendation(row: Recommendation, *, actor: Actor, **changes: Any) -> Recommendation:
    """Change a recommendation; of an issued one only its dates, its controller and its basis.

    Raises:
        ValidationError: it is carried out or cancelled, or the words of an issued one change.
    """
    if row.state in {RecommendationState.DONE, RecommendationState.CANCELLED}:
        raise ValidationError(_("This recommendation is no longer changed."))
    stored = Recommendation.objects.get(pk=row.pk)
    if stored.state == RecommendationState.ISSUED:
        free = {"deadline", "control_on", "controller", "basis"}
        fixed = [
            name for name, value in changes.items() if name not in free and getattr(stored, name) != value
        ]
        if fixed:
            raise ValidationError(
                {
                    fixed[0]: _(
                        "An issued recommendation keeps its words: cancel it with a reason and make another."
                    )
                }
            )
    for name, value in changes.items():
        setattr(row, name, value)
    _check_person(row)
    return update_row(row, actor=actor, values=changes)


@transaction.atomic
def issue_recommendation(row: Recommendation, *, actor: Actor) -> Recommendation:
    """Give a recommendation to its school.

    Raises:
        ValidationError: it is no draft, or lacks an addressee, a deadline, a control date or a controller (CH-23).
    """
    _expect(row, RecommendationState.ISSUED)
    if row.missing:
        raise ValidationError(
            _("Still missing: %(words)s.") % {"words": ", ".join(str(word) for word in row.missing)}
        )
    values = {"state": RecommendationState.ISSUED, "issued_on": timezone.localdate()}
    return update_row(row, actor=actor, values=values, action="issue")


@transaction.atomic
def issue_recommendations(rows: Iterable[Recommendation], *, actor: Actor) -> tuple[int, list[str]]:
    """Give all drafts that are whole; return how many and why the others stay."""
    given, kept = 0, []
    for row in rows:
        if row.missing:
            words = ", ".join(str(word) for word in row.missing)
            kept.append(f"{row}: {words}")
            continue
        issue_recommendation(row, actor=actor)
        given += 1
    return given, kept


@transaction.atomic
def report_done(row: Recommendation, *, actor: Actor, note: str, evidence: Any = None) -> Recommendation:
    """Say that a recommendation is carried out, with what was done.

    Raises:
        ValidationError: it is not issued, nothing is said, or the file is of a wrong type.
    """
    _expect(row, RecommendationState.DONE)
    if not note.strip():
        raise ValidationError({"note": _("Say in a few words what was done.")})
    values: dict[str, Any] = {
        "state": RecommendationState.DONE,
        "done_on": timezone.localdate(),
        "done_note": note.strip(),
        "return_reason": "",
    }
    if evidence:
        try:
            values |= {"evidence_hash": check_attachment(evidence), "evidence": evidence}
        except ValidationError as error:
            raise ValidationError({"evidence": error.messages}) from error
    return update_row(row, actor=actor, values=values, action="report_done")


@transaction.atomic
def return_recommendation(row: Recommendation, *, actor: Actor, reason: str) -> Recommendation:
    """Send the report of a school back: it is not carried out yet.

    Raises:
        ValidationError: nobody reported it, or no reason.
    """
    if row.state != RecommendationState.DONE:
        raise ValidationError(_("Only a reported recommendation can be sent back."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say what is missing.")})
    values = {"state": RecommendationState.ISSUED, "done_on": None, "return_reason": reason.strip()[:300]}
    return update_row(row, actor=actor, values=values, action="return")


@transaction.atomic
def cancel_recommendation(row: Recommendation, *, actor: Actor, reason: str) -> Recommendation:
    """Cancel a recommendation; it stays as history with the reason.

    Raises:
        ValidationError: it is carried out or cancelled already, or no reason.
    """
    _expect(row, RecommendationState.CANCELLED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the recommendation is cancelled.")})
    values = {"state": RecommendationState.CANCELLED, "cancel_reason": reason.strip()[:300]}
    return update_row(row, actor=actor, values=values, action="cancel")


def remove_draft(row: Recommendation, *, actor: Actor) -> None:
    """Delete a draft that nobody has seen.

    Raises:
        ValidationError: it is no draft.
    """
    if row.state != RecommendationState.DRAFT:
        raise ValidationError(_("Only a draft can be deleted; an issued one is cancelled with a reason."))
    delete_row(row, actor=actor)


def _expect(row: Recommendation, wanted: str) -> None:
    held = Recommendation.objects.select_for_update().get(pk=row.pk)
    row.state = held.state
    if wanted not in RECOMMENDATION_TRANSITIONS[held.state]:
        raise ValidationError(
            _("The recommendation is in the state “%(state)s”: this step is not possible.")
            % {"state": held.get_state_display()}
        )


def _check_person(row: Recommendation) -> None:
    person = row.addressee_person
    present = posts_on(timezone.localdate()).filter(organisation=row.organisation_id)
    if person is not None and not present.filter(person=person).exists():
        raise ValidationError({"addressee_person": _("This person has no post in the school.")})
