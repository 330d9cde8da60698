"""Needs of schools: the sources that are always there, and the list that matching takes."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.needs import NeedKind, NeedState
from mayak.diagnosis.models import NeedRule, SchoolNeed
from mayak.diagnosis.selectors.need_sources import NeedDraft, register_need_source
from mayak.diagnosis.selectors.risk import chosen_lines, schools_in
from mayak.diagnosis.selectors.strengths import needs_of, window
from mayak.kernel.access import Scope
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import Organisation, SchoolYear, Subject

SUBJECT_FROM = "subject-share-from"
FALLBACK = {SUBJECT_FROM: 0.3, "risk-high": 0.8, "risk-medium": 0.5, "risk-low": 0.2}
"""The supplied rules, for a database into which no reference data was loaded."""


def need_rules() -> dict[str, float]:
    """Return code -> value."""
    return FALLBACK | dict(NeedRule.objects.values_list("code", "value"))


def school_needs(
    school_ids: Collection[int], school_year: SchoolYear, *, weight_from: float = 0
) -> dict[int, list[SchoolNeed]]:
    """Return the open needs of each school, the heaviest first: what matching takes.

    A weight that a person stated goes before the computed one (``SchoolNeed.counted_weight``); what was taken out
    is not there. Schools without needs are left out. One query.

    Args:
        school_ids: keys of the schools; the caller has narrowed them to a scope.
        school_year: of the list.
        weight_from: needs below this weight are left out.
    """
    rows = (
        SchoolNeed.objects.filter(organisation__in=list(school_ids), school_year=school_year)
        .ranked(weight_from)
        .select_related("subject", "risk_factor")
    )
    found: dict[int, list[SchoolNeed]] = defaultdict(list)
    for need in rows:
        found[need.organisation_id].append(need)
    return dict(found)


def needs_in(scope: Scope, school_year: SchoolYear) -> QuerySet[SchoolNeed]:
    """Return the needs of the schools of the scope, dropped ones too."""
    return (
        SchoolNeed.objects.within(scope)
        .filter(school_year=school_year)
        .select_related("organisation__territory", "subject", "risk_factor", "school_year")
    )


def schools_with_needs(scope: Scope, school_year: SchoolYear | None) -> QuerySet[Organisation]:
    """Return the schools of the scope with how many open and how many edited needs they have."""
    of_year = Q(needs__school_year=school_year)
    is_open = of_year & Q(needs__state=NeedState.OPEN)
    edited = (
        Q(needs__stated_weight__isnull=False)
        | Q(needs__kind=NeedKind.HAND)
        | Q(needs__state=NeedState.DROPPED)
    )
    return schools_in(scope).annotate(
        need_count=Count("needs", filter=is_open),
        edited_count=Count("needs", filter=of_year & edited),
        computed_at=Max("needs__computed_at", filter=of_year),
    )


@register_need_source
def from_results(schools: Collection[int], school_year: SchoolYear) -> dict[int, list[NeedDraft]]:
    """Return the subjects and grades in which enough participants are below the threshold; weight = their share."""
    found = needs_of(schools, school_year, share_from=need_rules()[SUBJECT_FROM])
    subjects = {subject.pk: subject for subject in Subject.objects.all()} if found else {}
    first, last = window(school_year)
    drafts: dict[int, list[NeedDraft]] = {}
    for school, needs in found.items():
        drafts[school] = []
        for need in needs:
            subject = subjects[need.subject_id]
            words = {
                "first": first,
                "last": last,
                "percent": number_text(100 * need.share, 1),
                "count": need.participants,
            }
            drafts[school].append(
                NeedDraft(
                    key=f"subject:{subject.code}:{need.grade or ''}",
                    kind=NeedKind.SUBJECT,
                    title=_grade_title(subject, need.grade),
                    weight=need.share,
                    evidence=[
                        _(
                            "Procedures of %(first)s and %(last)s: %(percent)s per cent of %(count)s participants "
                            "below the threshold."
                        )
                        % words
                    ],
                    subject_id=subject.pk,
                    grade=need.grade,
                )
            )
    return drafts


@register_need_source
def from_risk(schools: Collection[int], school_year: SchoolYear) -> dict[int, list[NeedDraft]]:
    """Return the factors on which the schools work; the weight is that of their significance."""
    rules = need_rules()
    drafts: dict[int, list[NeedDraft]] = defaultdict(list)
    for line in chosen_lines(schools, school_year):
        evidence = [
            _("Risk profile of %(year)s: %(level)s (%(source)s).")
            % {
                "year": school_year,
                "level": line.get_level_display(),
                "source": line.get_source_display(),
            }
        ]
        drafts[line.profile.organisation_id].append(
            NeedDraft(
                key=f"risk:{line.factor.programme}:{line.factor.code}",
                kind=NeedKind.RISK,
                title=line.factor.name,
                weight=rules.get(f"risk-{line.level}", 0),
                evidence=[*evidence, line.evidence] if line.evidence else evidence,
                risk_factor_id=line.factor_id,
            )
        )
    return drafts


def _grade_title(subject: Subject, grade: int | None) -> str:
    if grade is None:
        return subject.name
    return _("%(subject)s, grade %(grade)s") % {"subject": subject.name, "grade": grade}
