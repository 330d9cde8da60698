"""The editor of a mapping: one row of the form for each column of the table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.results.enums import AssessmentKind, Moment
from mayak.results.imports import ColumnMapping, Mapping
from mayak.results.imports.mapping import ROW_KINDS, UNITS
from mayak.results.imports.vocabulary import role_names

ROLE_LABELS = {
    "ignore": _("not read"),
    "login": _("ФИС ОКО login"),
    "school_code": _("code of the school"),
    "school_name": _("name of the school"),
    "short_school_name": _("short name of the school"),
    "ogrn": _("ОГРН"),
    "inn": _("ИНН"),
    "municipality": _("municipality"),
    "municipality_code": _("code of the municipality"),
    "region": _("region"),
    "settlement": _("settlement"),
    "subject": _("subject"),
    "grade": _("grade"),
    "class_label": _("class"),
    "year": _("year"),
    "date": _("date"),
    "quarter": _("quarter"),
    "kind": _("kind of the assessment"),
    "variant": _("variant"),
    "participant_code": _("code of the participant"),
    "participants": _("number of participants"),
    "mean_score": _("mean score"),
    "primary_score": _("primary score"),
    "test_score": _("test score"),
    "minimum_score": _("minimum score"),
    "max_score": _("maximum score"),
    "mark": _("mark"),
    "journal_mark": _("mark of the journal"),
    "mark_2": _("marks “2”"),
    "mark_3": _("marks “3”"),
    "mark_4": _("marks “4”"),
    "mark_5": _("marks “5”"),
    "below_count": _("below the threshold, number"),
    "below_share": _("below the threshold, share"),
    "quality_share": _("share of marks “4” and “5”"),
    "progress_share": _("share without marks “2”"),
    "score_bin": _("participants with this score"),
    "indicator": _("indicator of the school context"),
    "flag": _("mark of non-objectivity"),
    "task": _("points of a task"),
    "short_answers": _("tasks with a short answer"),
    "long_answers": _("tasks with a long answer"),
    "oral_answers": _("oral part"),
    "group": _("group of participants"),
}
UNIT_LABELS = {
    "": "—",
    "count": pgettext_lazy("unit", "number"),
    "percent": "%",
    "value": _("value"),
    "share": _("share 0…1"),
}
DECIMALS = (("", "—"), (",", _("comma")), (".", _("dot")))
ROW_KIND_LABELS = {"school": _("one school in a row"), "participant": _("one participant in a row")}


def role_choices() -> list[tuple[str, Any]]:
    """All roles with their words, «not read» first."""
    names = sorted(
        set(role_names()) - {"ignore", "participant"}, key=lambda name: str(ROLE_LABELS.get(name, name))
    )
    return [("ignore", ROLE_LABELS["ignore"]), *((name, ROLE_LABELS.get(name, name)) for name in names)]


def _column_fields(roles: list[tuple[str, Any]], units: list[tuple[str, Any]]) -> dict[str, forms.Field]:
    """The fields of one column; they stand in a table, so their labels are read, not shown."""
    return {
        "role": forms.ChoiceField(choices=roles, label=_("What it means")),
        "subject": forms.CharField(required=False, max_length=120, label=_("Subject")),
        "unit": forms.ChoiceField(choices=units, required=False, label=_("Unit")),
        "decimal": forms.ChoiceField(choices=DECIMALS, required=False, label=_("Decimal sign")),
        "indicator": forms.CharField(required=False, max_length=60, label=_("Indicator")),
    }


class MappingForm(forms.Form):
    """The whole mapping. Fields of a column are named «c<index>_<what>»."""

    kind = forms.ChoiceField(
        label=_("Kind of the assessment"), required=False, choices=[("", "—"), *AssessmentKind.choices]
    )
    subject_text = forms.CharField(label=_("Subject"), required=False, max_length=120)
    grade = forms.IntegerField(label=_("Grade"), required=False, min_value=1, max_value=12)
    year = forms.IntegerField(
        label=_("Calendar year"), required=False, min_value=1990, max_value=2049,
        help_text=_("Of the school year 2022/2023 it is 2023."),
    )  # fmt: skip
    moment = forms.ChoiceField(label=_("Entry or final"), required=False, choices=Moment.choices)
    max_score = forms.FloatField(label=_("Maximum score"), required=False, min_value=1, max_value=10_000)
    row_kind = forms.ChoiceField(
        label=_("What a row is"), choices=[(kind, ROW_KIND_LABELS[kind]) for kind in ROW_KINDS]
    )
    first_data_row = forms.IntegerField(label=_("First row of data"), min_value=1, max_value=10_000)
    save_as = forms.CharField(
        label=_("Remember this mapping as"),
        required=False,
        max_length=150,
        help_text=_("It is offered again for files with the same header."),
    )
    skip = forms.BooleanField(label=_("Do not read this sheet"), required=False)

    def __init__(self, data: Any = None, *, mapping: Mapping, is_skipped: bool = False) -> None:
        self.mapping = mapping
        defaults = mapping.defaults
        names = ("kind", "subject_text", "grade", "year", "moment", "max_score")
        initial = {name: getattr(defaults, name) for name in names} | {
            "row_kind": mapping.row_kind,
            "first_data_row": mapping.first_data_row,
            "skip": is_skipped,
        }
        for column in mapping.columns:
            initial |= {
                f"c{column.index}_role": column.role,
                f"c{column.index}_subject": column.subject,
                f"c{column.index}_unit": column.unit,
                f"c{column.index}_decimal": column.decimal or "",
                f"c{column.index}_indicator": column.indicator,
            }
        super().__init__(data, initial=initial)
        roles = role_choices()
        units = [(unit, UNIT_LABELS.get(unit, unit)) for unit in dict.fromkeys((*UNITS, "share"))]
        for column in mapping.columns:
            for name, made in _column_fields(roles, units).items():
                made.widget.attrs["aria-label"] = f"{column.label or column.index + 1}: {made.label}"
                self.fields[f"c{column.index}_{name}"] = made

    def common_fields(self) -> list[forms.BoundField]:
        """Fields that hold for the whole table."""
        return [self[name] for name in self.fields if not name.startswith("c") or not name[1:2].isdigit()]

    def column_rows(self) -> Iterator[tuple[ColumnMapping, list[forms.BoundField]]]:
        """Each column with its fields."""
        for column in self.mapping.columns:
            names = ("role", "subject", "unit", "decimal", "indicator")
            yield column, [self[f"c{column.index}_{name}"] for name in names]

    def corrected(self) -> Mapping:
        """The mapping with the person's corrections."""
        data = self.cleaned_data
        columns = []
        for column in self.mapping.columns:
            prefix = f"c{column.index}_"
            columns.append(
                replace(
                    column,
                    role=data[prefix + "role"],
                    subject=data[prefix + "subject"],
                    unit=data[prefix + "unit"],
                    decimal=data[prefix + "decimal"] or None,
                    indicator=data[prefix + "indicator"],
                    confidence=1.0,
                    notes=(),
                )
            )
        defaults = replace(
            self.mapping.defaults,
            kind=data["kind"],
            subject_text=data["subject_text"],
            grade=data["grade"],
            year=data["year"],
            moment=data["moment"] or None,
            max_score=data["max_score"],
        )
        return replace(
            self.mapping,
            columns=tuple(columns),
            defaults=defaults,
            row_kind=data["row_kind"],
            first_data_row=data["first_data_row"],
            notes=(),
        )
