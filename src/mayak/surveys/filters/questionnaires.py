"""Filters of questionnaires."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.surveys.models import Block, Questionnaire

OWN, SUPPLIED = "own", "supplied"
ARCHIVED, ALL = "archived", "all"


class QuestionnaireFilter(MayakFilterSet):
    """Search by title; supplied or own; archived ones stay away until they are asked for."""

    search_fields = ("title_ru", "title_en", "purpose", "code")
    search_label = _("Questionnaire")

    origin = django_filters.ChoiceFilter(
        method="by_origin",
        label=_("Where from"),
        choices=[(SUPPLIED, _("come with Mayak")), (OWN, _("own"))],
    )
    archive = django_filters.ChoiceFilter(
        method="by_archive",
        label=_("Archive"),
        choices=[(ARCHIVED, _("only archived")), (ALL, _("all"))],
        empty_label=_("without archived"),
    )

    class Meta:
        model = Questionnaire
        fields = ("q", "origin", "archive")

    def by_origin(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Tell those of Mayak from others."""
        return rows.filter(is_supplied=value == SUPPLIED)

    def by_archive(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Show archived ones; without a choice the page leaves them out (``filter_queryset``)."""
        return rows.filter(is_archived=True) if value == ARCHIVED else rows

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave archived ones out unless the filter names them."""
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("archive") else rows.filter(is_archived=False)


class BlockFilter(MayakFilterSet):
    """Search by name."""

    search_fields = ("title_ru", "code")
    search_label = _("Block")

    class Meta:
        model = Block
        fields = ("q",)
