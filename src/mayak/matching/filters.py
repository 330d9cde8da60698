"""Filters of matching."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.matching.enums import MatchingState, PairOrigin
from mayak.matching.models import MatchingRun, MatchPair, TeacherPair
from mayak.registry.models import SchoolYear


class RunFilter(MayakFilterSet):
    """Search by name; year and state."""

    search_fields = ("title", "territory__name")
    search_label = _("Name or territory")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=MatchingState.choices, label=_("State"))

    class Meta:
        model = MatchingRun
        fields = ("q", "school_year", "state")


class PairFilter(MayakFilterSet):
    """Search by either school; how the pair came about."""

    search_fields = ("mentee__search_text", "mentee__short_name", "lead__search_text", "lead__short_name")
    search_label = _("School")

    origin = django_filters.ChoiceFilter(choices=PairOrigin.choices, label=_("How"))

    class Meta:
        model = MatchPair
        fields = ("q", "origin")


class TeacherPairFilter(MayakFilterSet):
    """Search by people, schools and needs; how the pair came about, whether it works remotely."""

    search_fields = (
        "mentee__family_name",
        "mentee__given_name",
        "mentor__family_name",
        "mentor__given_name",
        "mentee_school__search_text",
        "mentee_school__short_name",
        "mentor_school__search_text",
        "mentor_school__short_name",
        "need_title",
    )
    search_label = _("Person, school or need")

    origin = django_filters.ChoiceFilter(choices=PairOrigin.choices, label=_("How"))
    is_remote = django_filters.BooleanFilter(label=_("Remote"))

    class Meta:
        model = TeacherPair
        fields = ("q", "origin", "is_remote")


class OwnTeacherPairFilter(TeacherPairFilter):
    """The same over approved pairs of all years."""

    origin = None
    school_year = django_filters.ModelChoiceFilter(
        field_name="run__school_year", queryset=SchoolYear.objects.all(), label=_("School year")
    )

    class Meta:
        model = TeacherPair
        fields = ("q", "school_year", "is_remote")
