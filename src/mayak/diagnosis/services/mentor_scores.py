"""Scoring of mentor candidates by the criteria in use, and versions of the criteria."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.models import MentorCriteria, MentorCriterion, MentorProfile, MentorScore, MentorScoring
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.school_log import log_school
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot

Mark = tuple[MentorCriterion, int, str]
"""A criterion, its points and the reason."""


@transaction.atomic
def score_mentor(
    profile: MentorProfile, criteria: MentorCriteria, marks: Iterable[Mark], *, actor: Actor
) -> MentorScoring:
    """Write the sheet of one scorer; it replaces the scorer's earlier sheet of the same version.

    Raises:
        ValidationError: nobody signed in, no marks, points out of bounds, a reason is missing or names ВПР,
            or the year is closed. The messages name the criteria.
    """
    check_open(profile.school_year)
    if actor.user_id is None:
        raise ValidationError(_("A sheet needs a scorer who is signed in."), code="nobody")
    rows = list(marks)
    if not rows:
        raise ValidationError(_("Give points for at least one criterion."), code="empty")
    scoring, _made = MentorScoring.objects.select_for_update().get_or_create(
        profile=profile, criteria=criteria, scorer_id=actor.user_id, defaults={"scorer_label": actor.label}
    )
    before = _points(scoring)
    scoring.scores.all().delete()
    MentorScore.objects.bulk_create([_score(scoring, *row) for row in rows])
    scoring.scorer_label = actor.label
    scoring.save(update_fields=["scorer_label", "updated_at"])
    changes = difference(before, _points(scoring))
    log_school(scoring, profile.organisation, actor=actor, action="score_mentor", changes=changes)
    return scoring


@transaction.atomic
def new_criteria_version(criteria: MentorCriteria, *, actor: Actor) -> MentorCriteria:
    """Make the next version as a copy that may be changed; it comes into use when somebody says so."""
    latest = MentorCriteria.objects.order_by("-version").first() or criteria
    made = MentorCriteria.objects.create(
        version=latest.version + 1,
        title=criteria.title,
        source=criteria.source,
        source_page=criteria.source_page,
        source_year=criteria.source_year,
        is_assumption=criteria.is_assumption,
        note=criteria.note,
    )
    MentorCriterion.objects.bulk_create(
        MentorCriterion(
            criteria=made,
            code=item.code,
            group=item.group,
            text=item.text,
            max_points=item.max_points,
            hint=item.hint,
            position=item.position,
        )
        for item in criteria.items.all()
    )
    record(made, actor=actor, action="create", changes={"version": [criteria.version, made.version]})
    return made


@transaction.atomic
def use_criteria(criteria: MentorCriteria, *, actor: Actor) -> MentorCriteria:
    """Bring a version into use; sheets of the others stay as they are.

    Raises:
        ValidationError: it has no criteria.
    """
    if not criteria.items.exists():
        raise ValidationError(_("A version without criteria cannot be used."))
    for row in MentorCriteria.objects.filter(is_current=True).exclude(pk=criteria.pk):
        row.is_current = False
        row.save(update_fields=["is_current"])
        record(row, actor=actor, action="update", changes={"is_current": [True, False]})
    criteria.is_current = True
    criteria.save(update_fields=["is_current"])
    record(criteria, actor=actor, action="update", changes={"is_current": [False, True]})
    return criteria


@transaction.atomic
def save_criterion(item: MentorCriterion, *, actor: Actor) -> MentorCriterion:
    """Add or change a criterion of a version that nobody has scored by.

    Raises:
        ValidationError: the version is in use by sheets, or a value is wrong.
    """
    _refuse_used(item.criteria)
    item.full_clean()
    before: dict[str, Any] = {}
    if item.pk:
        before = snapshot(MentorCriterion.objects.get(pk=item.pk))
    item.save()
    record(item, actor=actor, action="update" if before else "create", before=before)
    return item


@transaction.atomic
def remove_criterion(item: MentorCriterion, *, actor: Actor) -> None:
    """Take a criterion out of a version that nobody has scored by.

    Raises:
        ValidationError: the version is in use by sheets.
    """
    _refuse_used(item.criteria)
    record(item, actor=actor, action="delete", changes={"text": [item.text, None]})
    item.delete()


def _refuse_used(criteria: MentorCriteria) -> None:
    if criteria.scorings.exists():
        raise ValidationError(
            _("Candidates were scored by this version: make a new version and change that."), code="used"
        )


def _score(scoring: MentorScoring, criterion: MentorCriterion, points: int, reason: str) -> MentorScore:
    words = {"criterion": criterion.text, "most": criterion.max_points}
    if criterion.criteria_id != scoring.criteria_id:
        raise ValidationError(_("«%(criterion)s» is no criterion of this version.") % words)
    if not 0 <= points <= criterion.max_points:
        raise ValidationError(_("«%(criterion)s»: from 0 to %(most)s points.") % words, code="bounds")
    if not reason.strip():
        raise ValidationError(_("«%(criterion)s»: give the reason.") % words, code="reason")
    score = MentorScore(scoring=scoring, criterion=criterion, points=points, reason=reason.strip())
    score.clean_fields()
    return score


def _points(scoring: MentorScoring) -> dict[str, Any]:
    rows = scoring.scores.select_related("criterion")
    return {row.criterion.code: row.points for row in rows}
