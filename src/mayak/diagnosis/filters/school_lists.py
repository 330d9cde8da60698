"""Filters of the lists of mentors and of the needs of schools."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorProfile
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import Organisation, SchoolYear, Subject


def year_choices() -> list[tuple[int, str]]:
    """Return the school years, the newest first."""
    return [(year.start_year, str(year)) for year in SchoolYear.objects.order_by("-start_year")]


class MentorFilter(MayakFilterSet):
    """Search by name and school, choice of year, state and subject."""

    search_fields = ("person__sort_key", "organisation__short_name", "strengths__note")
    search_label = _("Name or school")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=PassportState.choices, label=_("State"))
    subject = django_filters.ModelChoiceFilter(
        queryset=Subject.objects.all(), field_name="strengths__subject", label=_("Subject"), distinct=True
    )

    class Meta:
        model = MentorProfile
        fields = ("q", "school_year", "state", "subject")


class SchoolNeedsFilter(MayakFilterSet):
    """Search by school, choice of the year."""

    search_fields = ("search_text", "short_name")
    search_label = _("School")

    year = django_filters.ChoiceFilter(choices=year_choices, method="keep", label=_("School year"))

    class Meta:
        model = Organisation
        fields = ("q", "year")

    def keep(self, queryset: QuerySet[Organisation], _name: str, _value: str) -> QuerySet[Organisation]:
        """Return all schools: the year says of which list the numbers are."""
        return queryset
