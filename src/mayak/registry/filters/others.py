"""Filters of people, staffing, associations, groups, programmes, acts, subjects and decisions."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.enums import (
    ActKind,
    ActState,
    AssociationLevel,
    GroupKind,
    LinkVerdict,
    QualificationCategory,
)
from mayak.registry.filters.base import ArchivableFilterSet, ScopedFilterSet
from mayak.registry.models import (
    LegalAct,
    NameLinkDecision,
    Person,
    Programme,
    SchoolYear,
    StaffingRecord,
    Subject,
    SubjectAssociation,
    WorkingGroup,
)

_SCHOOLS = ("organisation__search_text",)


class PersonFilter(ArchivableFilterSet):
    """Search by name; category, early career."""

    search_fields = ("sort_key",)
    searched = "sort_key"
    search_label = _("Name")

    category = django_filters.ChoiceFilter(
        choices=QualificationCategory.choices, label=_("Qualification category"), empty_label="—"
    )
    is_early_career = django_filters.ChoiceFilter(
        choices=[("true", _("yes")), ("false", _("no"))],
        label=_("Early-career teacher"),
        empty_label="—",
        method="by_career",
    )

    class Meta:
        model = Person
        fields = ("territory", "category", "is_early_career", "archive")

    def by_career(self, queryset: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """Keep early-career teachers or the others."""
        return queryset.filter(is_early_career=value == "true")


class StaffingFilter(ScopedFilterSet):
    """Search by school; school year."""

    search_fields = _SCHOOLS
    searched = "organisation__search_text"
    search_label = _("School")
    territory_path = "organisation__territory__path"

    school_year = django_filters.ModelChoiceFilter(
        queryset=lambda _request: SchoolYear.objects.all(), label=_("School year"), empty_label="—"
    )

    class Meta:
        model = StaffingRecord
        fields = ("territory", "school_year")


class AssociationFilter(ArchivableFilterSet):
    """Search by name; level, subject."""

    search_fields = ("name", "organisation__short_name")
    territory_path = "organisation__territory__path"

    level = django_filters.ChoiceFilter(choices=AssociationLevel.choices, label=_("Level"), empty_label="—")
    subject = django_filters.ModelChoiceFilter(
        queryset=lambda _request: Subject.objects.all(), label=_("Subject"), empty_label="—"
    )

    class Meta:
        model = SubjectAssociation
        fields = ("territory", "level", "subject", "archive")


class GroupFilter(ArchivableFilterSet):
    """Search by name; kind."""

    search_fields = ("name", "organisation__short_name")
    territory_path = "organisation__territory__path"

    kind = django_filters.ChoiceFilter(choices=GroupKind.choices, label=_("Kind"), empty_label="—")

    class Meta:
        model = WorkingGroup
        fields = ("territory", "kind", "archive")


class ProgrammeFilter(ArchivableFilterSet):
    """Search by name and kind."""

    search_fields = ("name", "kind")

    class Meta:
        model = Programme
        fields = ("territory", "archive")


class ActFilter(ArchivableFilterSet):
    """Search by title, number and issuer; kind, state."""

    search_fields = ("title", "number", "issuer")

    kind = django_filters.ChoiceFilter(choices=ActKind.choices, label=_("Kind"), empty_label="—")
    state = django_filters.ChoiceFilter(choices=ActState.choices, label=_("State"), empty_label="—")

    class Meta:
        model = LegalAct
        fields = ("territory", "kind", "state", "archive")


class SubjectFilter(MayakFilterSet):
    """Search by name and code."""

    search_fields = ("name", "code", "name_en")

    class Meta:
        model = Subject
        fields = ()


class DecisionFilter(ScopedFilterSet):
    """Search by the name in the file; decision."""

    search_fields = ("raw_name", "organisation__short_name")

    verdict = django_filters.ChoiceFilter(choices=LinkVerdict.choices, label=_("Decision"), empty_label="—")

    class Meta:
        model = NameLinkDecision
        fields = ("territory", "verdict")
