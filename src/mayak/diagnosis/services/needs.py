"""The list of needs of a school: computed, kept where a person said something, each change with its reason."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.needs import NeedKind, NeedState
from mayak.diagnosis.models import RiskFactor, SchoolNeed
from mayak.diagnosis.selectors.need_sources import NeedDraft, computed_needs
from mayak.diagnosis.services.guard import check_open
from mayak.diagnosis.services.school_log import log_school
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk, snapshot
from mayak.registry.models import Organisation, SchoolYear, Subject, Territory

_COMPUTED = ["kind", "title", "weight", "evidence", "subject_id", "grade", "competence", "risk_factor_id"]


@dataclass(frozen=True, slots=True)
class NeedReport:
    """What a computation did to the lists."""

    schools: int
    created: int
    updated: int
    removed: int
    kept: int


@transaction.atomic
def compute_needs(
    schools: Collection[Organisation],
    school_year: SchoolYear,
    *,
    actor: Actor,
    territory: Territory | None = None,
) -> NeedReport:
    """Compute the lists of needs anew.

    What a person stated stays: weights with their reason, needs added by hand, needs taken out. A computed need for
    which there is no ground any more goes, unless somebody edited it: then its computed weight becomes 0 and the line
    stays. Calling it twice changes nothing.

    Args:
        schools: whose lists.
        school_year: of the lists.
        actor: who.
        territory: for whom the audit entry is visible, where they are the schools of a territory.

    Raises:
        ValidationError: the school year is closed.
    """
    check_open(school_year)
    keys = [school.pk for school in schools]
    found = computed_needs(keys, school_year)
    known = {
        (need.organisation_id, need.key): need
        for need in SchoolNeed.objects.select_for_update().filter(
            organisation__in=keys, school_year=school_year
        )
    }
    created, updated = _write(found, known, school_year)
    removed, kept = _clear(found, known)
    report = NeedReport(len(keys), created, updated, removed, kept)
    if created or updated or removed:
        path = (territory.path if territory else _path_of(schools)) or ""
        record_bulk(
            SchoolNeed,
            actor=actor,
            action="compute_needs",
            row_count=created + updated + removed,
            territory_path=path,
            object_text=str(territory or ", ".join(str(school) for school in schools))[:200],
            changes={
                "school_year": str(school_year),
                "created": created,
                "updated": updated,
                "removed": removed,
            },
        )
    return report


@transaction.atomic
def add_need(
    school: Organisation,
    school_year: SchoolYear,
    *,
    title: str,
    weight: float,
    reason: str,
    actor: Actor,
    subject: Subject | None = None,
    grade: int | None = None,
    competence: str = "",
    risk_factor: RiskFactor | None = None,
    kind: str = NeedKind.HAND,
    evidence: Collection[str] = (),
) -> SchoolNeed:
    """Add a need by hand, or (``kind=NeedKind.SURVEY`` with evidence) one that a survey showed.

    Raises:
        ValidationError: no title, no reason, a weight out of bounds, a need that is there, or a closed year.
    """
    check_open(school_year)
    _require(reason)
    need = SchoolNeed(
        organisation=school,
        school_year=school_year,
        key=f"{kind}:{slugify(title, allow_unicode=True)[:120]}:{subject.code if subject else ''}:{grade or ''}",
        kind=kind,
        title=title.strip(),
        subject=subject,
        grade=grade,
        competence=competence,
        risk_factor=risk_factor,
        stated_weight=weight,
        reason=reason.strip(),
        evidence=list(evidence),
    )
    need.full_clean()
    need.save()
    log_school(need, school, actor=actor, action="create", changes={"title": [None, need.title]})
    return need


@transaction.atomic
def weigh_need(need: SchoolNeed, *, weight: float | None, reason: str, actor: Actor) -> SchoolNeed:
    """State a weight with a reason; None goes back to the computed one.

    Raises:
        ValidationError: no reason, a weight out of bounds, a need by hand without a weight, or a closed year.
    """
    check_open(need.school_year)
    if weight is None and not need.computed_at:
        raise ValidationError({"weight": _("This need was not computed: it needs a weight of its own.")})
    if weight is not None:
        _require(reason)
    before = snapshot(need)
    need.stated_weight, need.reason = weight, reason.strip() if weight is not None else ""
    if need.state == NeedState.DROPPED and weight is None:
        raise ValidationError(_("Put the need back into the list first."))
    need.full_clean()
    need.save(update_fields=["stated_weight", "reason"])
    log_school(need, need.organisation, actor=actor, action="weigh_need", before=before)
    return need


@transaction.atomic
def drop_need(need: SchoolNeed, *, reason: str, actor: Actor) -> SchoolNeed:
    """Take a need out of the list; it is kept with the reason and does not come back by itself.

    Raises:
        ValidationError: no reason, it is out already, or a closed year.
    """
    check_open(need.school_year)
    _require(reason)
    if need.state == NeedState.DROPPED:
        raise ValidationError(_("The need is taken out already."))
    before = snapshot(need)
    need.state, need.reason = NeedState.DROPPED, reason.strip()
    need.save(update_fields=["state", "reason"])
    log_school(need, need.organisation, actor=actor, action="drop_need", before=before)
    return need


@transaction.atomic
def restore_need(need: SchoolNeed, *, actor: Actor) -> SchoolNeed:
    """Put a need back into the list; a stated weight and the last reason stay with it.

    Raises:
        ValidationError: it is in the list, or a closed year.
    """
    check_open(need.school_year)
    if need.state == NeedState.OPEN:
        raise ValidationError(_("The need is in the list already."))
    before = snapshot(need)
    need.state = NeedState.OPEN
    if need.stated_weight is None:
        need.reason = ""
    need.save(update_fields=["state", "reason"])
    log_school(need, need.organisation, actor=actor, action="restore", before=before)
    return need


def _require(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever reads the list later needs the reason.")})


def _write(
    found: dict[int, list[NeedDraft]], known: dict[tuple[int, str], SchoolNeed], school_year: SchoolYear
) -> tuple[int, int]:
    now = timezone.now()
    made, changed = [], []
    for school, drafts in found.items():
        for draft in drafts:
            need = known.get((school, draft.key))
            if need is None:
                made.append(
                    SchoolNeed(
                        organisation_id=school,
                        school_year=school_year,
                        key=draft.key,
                        computed_at=now,
                        **draft.columns,
                    )
                )
            elif any(getattr(need, name) != value for name, value in draft.columns.items()):
                for name, value in draft.columns.items():
                    setattr(need, name, value)
                need.computed_at = now
                changed.append(need)
    SchoolNeed.objects.bulk_create(made, batch_size=500)
    SchoolNeed.objects.bulk_update(changed, [*_COMPUTED, "computed_at"], batch_size=500)
    return len(made), len(changed)


def _clear(found: dict[int, list[NeedDraft]], known: dict[tuple[int, str], SchoolNeed]) -> tuple[int, int]:
    """Remove computed needs without a ground; keep the edited ones with a computed weight of 0."""
    present = {(school, draft.key) for school, drafts in found.items() for draft in drafts}
    gone = [need for key, need in known.items() if need.computed_at and key not in present]
    edited = [need for need in gone if need.is_edited]
    emptied = [need for need in edited if need.weight or need.evidence]
    for need in emptied:
        need.weight, need.evidence = 0, []
    SchoolNeed.objects.bulk_update(emptied, ["weight", "evidence"], batch_size=500)
    lost = [need.pk for need in gone if not need.is_edited]
    SchoolNeed.objects.filter(pk__in=lost).delete()
    return len(lost), len(edited)


def _path_of(schools: Collection[Organisation]) -> str:
    """Return the path of the smallest territory in which all the schools lie."""
    paths = [(school.territory.path or "").strip("/").split("/") for school in schools]
    common = [keys[0] for keys in zip(*paths, strict=False) if len(set(keys)) == 1]
    return "/" + "".join(f"{key}/" for key in common) if common else ""
