"""Filters of the list of findings."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.findings.words import check_choices
from mayak.kernel.ui.filters import MayakFilterSet


class FindingFilter(MayakFilterSet):
    """By check and state; what is gone by itself is shown only when asked for."""

    search_fields = ("place", "reason")

    check_id = django_filters.ChoiceFilter(
        choices=check_choices, label=_("Check"), empty_label=_("all checks")
    )
    state = django_filters.ChoiceFilter(
        choices=FindingState.choices, label=_("State"), empty_label=_("open and waived")
    )

    class Meta:
        model = Finding
        fields = ("check_id", "state")

    def filter_queryset(self, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        """Leave out what is gone, unless a state was chosen."""
        rows: QuerySet[Finding] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.exclude(state=FindingState.RESOLVED)
