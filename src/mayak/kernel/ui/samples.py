"""Invented data for the page of components."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.jobs.models import Job
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, PercentColumn
from mayak.kernel.ui.today import TodayFigure, TodayTask

SETTLEMENTS = ("Берёзовка", "Заречное", "Каменка", "Ольховка", "Сосновый Бор", "Тихая Пристань")
LOW_SHARE = 0.3
WATCHED_SHARE = 0.2


class SampleTable(MayakTable):
    """Schools with their results."""

    name = tables.Column(verbose_name=gettext_lazy("School"))
    pupils = NumberColumn(verbose_name=gettext_lazy("Pupils"))
    low_share = PercentColumn(verbose_name=gettext_lazy("Below the threshold, %"))
    state = BadgeColumn(verbose_name=gettext_lazy("State"), tone=lambda record: record["tone"])


class SampleFilter(MayakFilterSet):
    """Search and two filters."""

    search_fields = ("title",)
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=[("school", gettext_lazy("School")), ("branch", gettext_lazy("Branch"))],
        method="keep",
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("Not earlier than"), widget=forms.DateInput(attrs={"type": "date"}), method="keep"
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data=data, queryset=Job.objects.none())

    def keep(self, queryset: QuerySet[Job], _name: str, _value: object) -> QuerySet[Job]:
        """Change nothing: the page only shows how filters look."""
        return queryset


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name of the school"), help_text=gettext_lazy("As in the charter."), max_length=100
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("school", gettext_lazy("School")), ("branch", gettext_lazy("Branch"))],
    )
    pupils = forms.IntegerField(label=gettext_lazy("Pupils"), min_value=1, max_value=5000)
    opened = forms.DateField(
        label=gettext_lazy("Opened on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    grades = forms.MultipleChoiceField(
        label=gettext_lazy("Grades"),
        choices=[("1-4", "1–4"), ("5-9", "5–9"), ("10-11", "10–11")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(label=gettext_lazy("File with results"), required=False)
    is_rural = forms.BooleanField(label=gettext_lazy("Stands in the country"), required=False)


def sample_rows() -> list[dict[str, Any]]:
    """Return thirty invented schools."""
    rows = []
    for number in range(1, 31):
        share = (number * 7 % 43) / 100
        tone = "bad" if share >= LOW_SHARE else "warning" if share >= WATCHED_SHARE else "good"
        words = {"bad": _("Below the threshold"), "warning": _("At risk"), "good": _("Steady")}
        settlement = SETTLEMENTS[number % len(SETTLEMENTS)]
        name = (
            f"МБОУ «{settlement} СОШ № {number}»"
            if number % 5
            else f"Филиал МБОУ «{settlement} СОШ № {number - 1}»"
        )
        rows.append(
            {
                "name": name,
                "pupils": 40 + number * 137 % 1400,
                "low_share": share,
                "state": words[tone],
                "tone": tone,
            }
        )
    return rows


def sample_tasks() -> list[TodayTask]:
    """Return tasks in their three states."""
    return [
        TodayTask(
            _("Load the results of check works"),
            _("11 of 27 schools have no file yet."),
            "#",
            "neutral",
            16,
            27,
            10,
        ),
        TodayTask(
            _("Confirm names of schools"), _("The machine is not sure of 4 names."), "#", "warning", order=20
        ),
        TodayTask(
            _("Fill in the register of schools"),
            _("All schools have a code and an address."),
            "#",
            "good",
            27,
            27,
            30,
        ),
    ]


def sample_figures() -> list[TodayFigure]:
    """Return key figures with their sentences."""
    return [
        TodayFigure(27, _("Schools in the district"), _("of them 3 branches"), "", "#"),
        TodayFigure(
            16,
            _("Schools with low results"),
            _("16 of 27 are below the threshold in two procedures or more"),
            "bad",
            "#",
        ),
        TodayFigure("84 %", _("Results loaded"), _("5 files wait for a decision"), "warning"),
        TodayFigure(2, _("Lead schools"), _("each can take two more partners"), "good"),
    ]
