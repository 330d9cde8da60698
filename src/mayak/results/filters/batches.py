"""Filters of imports and their reports."""

from typing import ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.results.enums import BatchState, IssueKind
from mayak.results.models import ImportBatch, ImportIssue


class BatchFilter(MayakFilterSet):
    """By words and state."""

    search_fields = ("title", "owner_label")
    state = django_filters.ChoiceFilter(choices=BatchState.choices, label=_("state"))

    class Meta:
        model = ImportBatch
        fields: ClassVar[list[str]] = ["state"]


class LineFilter(MayakFilterSet):
    """By words, kind and reason."""

    search_fields = ("value", "file", "sheet")
    kind = django_filters.ChoiceFilter(choices=IssueKind.choices, label=_("kind"))
    row = django_filters.NumberFilter(label=_("row"), min_value=1, max_value=2**31)

    class Meta:
        model = ImportIssue
        fields: ClassVar[list[str]] = ["kind", "row"]
