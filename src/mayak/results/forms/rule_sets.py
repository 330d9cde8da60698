"""The form of an identification rule: its frame and a row of fields for each condition, no code to write."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Subject
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import Problem
from mayak.results.enums import AssessmentKind
from mayak.results.models import ContextIndicator, StatusKind
from mayak.results.selectors.rule_words import (
    COMPARISONS,
    MEASURES,
    SIGNS,
    STATISTICS,
    problem_words,
    sign_words,
)

PERCENT: Final = 100
SHARES: Final = frozenset({r.Measure.BELOW_SHARE, r.Measure.PERCENTILE, r.Measure.CONTEXT_SHARE})
COUNTS: Final = (("any", _("in at least one")), ("all", _("in all")), ("at_least", _("in at least so many:")))
JOINTS: Final = (
    ("any", _("any one of the conditions is enough")),
    ("all", _("all conditions must hold")),
    ("at_least", _("at least so many must hold:")),
)
YEARS: Final = (
    ("current", _("the year itself")),
    ("running", _("several years running, in the same procedure")),
    ("each", _("each of several years for itself")),
)
LEVELS: Final = tuple((kind.value, kind.label) for kind in TerritoryKind)
ASSUMED_FRAME: Final = (
    ("joint", _("how the conditions are joined")),
    ("few_participants", _("the mark “few participants”")),
    ("veto", _("the quality signs")),
)
ASSUMED_CONDITION: Final = (
    ("limit", _("the limit")),
    ("count", _("in how many procedures")),
    ("years", _("the years")),
    ("procedures", _("the list of procedures")),
    ("min_participants", _("the least number of participants")),
)
MAIN_FIELDS: Final = (
    "measure", "comparison", "limit", "count", "count_number", "years", "years_count", "min_participants",
)  # fmt: skip
USUAL: Final = frozenset({"missing", "statistic", "min_measured", "assumed"})
"""Fields that have a value in every condition."""
_PLACE = re.compile(r"^conditions\[(\d+)\](?: \([^)]*\))?\.?(.*)$")
_FIELD_OF: Final = {
    "at_least": "limit", "at_most": "limit", "above": "limit", "below": "limit", "procedures": "subjects",
    "count": "count", "years": "years", "measure": "measure", "indicators": "indicators", "among": "among",
    "min_participants": "min_participants", "min_measured": "min_measured", "code": "title", "title": "title",
    "missing": "missing",
}  # fmt: skip


class RuleSetForm(forms.Form):
    """What holds for the whole rule."""

    name = forms.CharField(label=_("Name"), max_length=200)
    status = forms.ModelChoiceField(
        StatusKind.objects.none(), label=_("Status that it gives"), to_field_name="code"
    )
    year_from = forms.IntegerField(
        label=_("In force from the year"), required=False, min_value=1990, max_value=2100
    )
    year_to = forms.IntegerField(label=_("to the year"), required=False, min_value=1990, max_value=2100)
    joint = forms.ChoiceField(label=_("How the conditions are joined"), choices=JOINTS)
    joint_count = forms.IntegerField(label=_("So many conditions"), required=False, min_value=1)
    few_participants = forms.IntegerField(
        label=_("Mark “few participants” below"),
        min_value=0,
        initial=20,
        help_text=_("Participants; the mark is only shown."),
    )
    veto_signs = forms.MultipleChoiceField(
        label=_("Not listed with a quality sign"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A school with one of the ticked signs is not listed. Nothing ticked: signs are not looked at."
        ),
    )
    veto_years = forms.IntegerField(
        label=_("Signs of so many years"),
        required=False,
        min_value=1,
        max_value=10,
        help_text=_("1: of the year itself."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The order or letter; without one write who proposed it."),
    )
    page = forms.CharField(label=_("Page"), max_length=40, required=False)
    source_year = forms.IntegerField(
        label=_("Year of the source"), required=False, min_value=1990, max_value=2100
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    assumed = forms.MultipleChoiceField(
        label=_("No document says this, it is an assumption"),
        required=False,
        choices=ASSUMED_FRAME,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].queryset = StatusKind.objects.all()  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["veto_signs"].choices = [(code, capfirst(sign_words(code))) for code in SIGNS]  # type: ignore[attr-defined]  # MultipleChoiceField

    @property
    def main(self) -> list[forms.BoundField]:
        """What the rule is and how its conditions are joined."""
        return [
            self[name]
            for name in ("status", "joint", "joint_count", "year_from", "year_to", "few_participants")
        ]

    @property
    def paper(self) -> list[forms.BoundField]:
        """Where the rule comes from."""
        return [self[name] for name in ("source", "page", "source_year", "note", "assumed")]

    @property
    def veto(self) -> list[forms.BoundField]:
        """The quality signs."""
        return [self["veto_signs"], self["veto_years"]]

    def clean(self) -> dict[str, Any]:
        """Ask for a number where the choice needs one."""
        values = super().clean() or {}
        if values.get("joint") == "at_least" and not values.get("joint_count"):
            self.add_error("joint_count", _("Say how many."))
        return values


class ConditionForm(forms.Form):
    """One condition; the fields that a measure does not use may stay empty."""

    title = forms.CharField(label=_("The condition in words"), max_length=300)
    measure = forms.ChoiceField(
        label=_("What is looked at"), choices=[(m.value, w) for m, w in MEASURES.items()]
    )
    comparison = forms.ChoiceField(
        label=_("Compared"), choices=[(c.value, w) for c, w in COMPARISONS.items()]
    )
    limit = forms.FloatField(
        label=_("Limit"),
        required=False,
        help_text=_("Per cent for shares and places, points for mean scores."),
    )
    level = forms.ChoiceField(
        label=_("or with the value of the"),
        required=False,
        choices=[("", _("not with a territory")), *LEVELS],
    )
    statistic = forms.ChoiceField(
        label=_("Value of the territory"),
        required=False,
        choices=[(s.value, w) for s, w in STATISTICS.items()],
    )
    times = forms.FloatField(
        label=_("times"), required=False, help_text=_("1.5: one and a half times its value.")
    )
    plus = forms.FloatField(label=_("plus"), required=False, help_text=_("Percentage points or points."))
    count = forms.ChoiceField(label=_("In how many procedures or indicators"), choices=COUNTS)
    count_number = forms.IntegerField(label=_("So many"), required=False, min_value=1)
    years = forms.ChoiceField(label=_("Years"), choices=YEARS)
    years_count = forms.IntegerField(label=_("So many years"), required=False, min_value=1, max_value=30)
    kinds = forms.MultipleChoiceField(
        label=_("Exams"), required=False, choices=AssessmentKind.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all that are loaded."),
    )  # fmt: skip
    subjects = forms.MultipleChoiceField(
        label=_("Subjects"), required=False, help_text=_("Nothing chosen: all.")
    )
    grades = forms.CharField(label=_("Grades"), required=False, help_text=_("4, 5, 6; empty: all."))
    indicators = forms.MultipleChoiceField(
        label=_("Indicators of the social passport"),
        required=False,
        help_text=_("Only for the social passport."),
    )
    min_participants = forms.IntegerField(
        label=_("Results are looked at from so many participants"), required=False, min_value=1
    )
    missing = forms.ChoiceField(
        label=_("A procedure without a result"),
        choices=[("skip", _("is not counted")), ("unknown", _("leaves the question open"))],
    )
    min_measured = forms.IntegerField(
        label=_("So many procedures must have a result"), required=False, min_value=1
    )
    among = forms.ChoiceField(
        label=_("Place among the schools of the"),
        required=False,
        choices=[("", _("all schools of the run")), *LEVELS],
    )
    assumed = forms.MultipleChoiceField(
        label=_("No document says this, it is an assumption"),
        required=False,
        choices=ASSUMED_CONDITION,
        widget=forms.CheckboxSelectMultiple,
    )
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, subjects: Sequence[Any] = (), indicators: Sequence[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"].choices = list(subjects)  # type: ignore[attr-defined]  # MultipleChoiceField
        self.fields["indicators"].choices = list(indicators)  # type: ignore[attr-defined]  # the same

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields that every condition needs."""
        return [self[name] for name in MAIN_FIELDS]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that most conditions leave as they are."""
        return [
            field for field in self.visible_fields() if field.name not in (*MAIN_FIELDS, "title", "DELETE")
        ]

    @property
    def has_more(self) -> bool:
        """Whether one of them is filled in or wrong."""
        return any(field.errors or field.value() for field in self.more if field.name not in USUAL)

    def clean_grades(self) -> list[int]:
        """Read «5, 6»."""
        text = self.cleaned_data["grades"]
        words = [word for word in re.split(r"[,;\s]+", text) if word]
        if not all(word.isdigit() for word in words):
            raise forms.ValidationError(_("Write numbers of grades with commas: 5, 6."))
        return [int(word) for word in words]

    def clean(self) -> dict[str, Any]:
        """Ask for what the choices need."""
        values = super().clean() or {}
        if not values.get("level") and values.get("limit") is None and "limit" not in self.errors:
            self.add_error("limit", _("Give the limit, or choose a territory to compare with."))
        if values.get("count") == "at_least" and not values.get("count_number"):
            self.add_error("count_number", _("Say how many."))
        if values.get("years") in {"running", "each"} and not values.get("years_count"):
            self.add_error("years_count", _("Say how many years."))
        if values.get("measure") == r.Measure.CONTEXT_SHARE and not values.get("indicators"):
            self.add_error("indicators", _("Choose at least one indicator."))
        return values


class _Conditions(forms.BaseFormSet[ConditionForm]):
    """Rows of conditions; a row that is ticked away or left untouched does not count."""

    def clean(self) -> None:
        """A rule needs a condition."""
        if not any(self.errors) and not self.kept:
            raise forms.ValidationError(_("A rule needs at least one condition."))

    @property
    def kept(self) -> list[ConditionForm]:
        """The rows that count: those of the rule, and a new one that somebody filled in."""
        if not self.is_bound:
            return list(self.forms)
        return [
            form
            for number, form in enumerate(self.forms)
            if (number < self.initial_form_count() or form.has_changed())
            and not (form.is_valid() and form.cleaned_data.get("DELETE"))
        ]


ConditionFormSet = forms.formset_factory(
    ConditionForm, formset=_Conditions, extra=1, max_num=12, can_delete=True
)


def condition_choices() -> dict[str, list[tuple[str, str]]]:
    """Read the choices of subjects and indicators once for all rows."""
    return {
        "subjects": list(Subject.objects.values_list("code", "name")),
        "indicators": list(ContextIndicator.objects.values_list("code", "name")),
    }


def definition_from(form: RuleSetForm, conditions: _Conditions) -> dict[str, Any]:
    """Return the document of the rule; both must be valid."""
    values = form.cleaned_data
    assumptions = list(values["assumed"])
    rows = []
    for number, row in enumerate(conditions.kept):
        code = row.cleaned_data["code"] or _next_code(conditions.kept, number)
        rows.append(_condition_from(row.cleaned_data, code))
        assumptions += [
            f"{code}.{_assumed_field(field, row.cleaned_data)}" for field in row.cleaned_data["assumed"]
        ]
    document: dict[str, Any] = {
        "name": values["name"], "status": values["status"].code, "source": values["source"], "page": values["page"],
        "note": values["note"], "few_participants": values["few_participants"], "assumptions": assumptions,
        "joint": _count_from(values["joint"], values["joint_count"]), "conditions": rows,
    }  # fmt: skip
    document |= {
        name: values[name] for name in ("year_from", "year_to", "source_year") if values[name] is not None
    }
    if values["veto_signs"]:
        document["veto"] = {"signs": values["veto_signs"], "years": {"each": values["veto_years"] or 1}}
    return document


def form_initial(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the frame."""
    joint, count = _count_to(definition.get("joint", "all"))
    veto = definition.get("veto") or {}
    frame = {name for name, _label in ASSUMED_FRAME}
    return {
        **{
            name: definition.get(name)
            for name in ("name", "status", "year_from", "year_to", "source", "page")
        },
        **{name: definition.get(name) for name in ("source_year", "note")},
        "few_participants": definition.get("few_participants", 20),
        "joint": joint,
        "joint_count": count,
        "veto_signs": veto.get("signs", []),
        "veto_years": _years_to(veto.get("years", "current"))[1] or 1 if veto else None,
        "assumed": [name for name in definition.get("assumptions", []) if name in frame],
    }


def condition_initial(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the values of each condition."""
    return [_condition_to(row, definition.get("assumptions", [])) for row in definition.get("conditions", [])]


def show_problems(
    problems: Sequence[Problem], form: RuleSetForm, conditions: _Conditions, document: Mapping[str, Any]
) -> None:
    """Put what is wrong at its field, in words."""
    for problem in problems:
        found = _PLACE.match(problem.place)
        words = problem_words(problem, document)
        kept = conditions.kept
        if found and int(found.group(1)) < len(kept):
            row = kept[int(found.group(1))]
            field = _FIELD_OF.get(found.group(2).split(".")[0].split("[")[0], "")
            row.add_error(field if field in row.fields else None, words)
        else:
            field = problem.place.split(".")[0]
            form.add_error(field if field in form.fields else None, words)


def _condition_from(values: Mapping[str, Any], code: str) -> dict[str, Any]:
    is_context = values["measure"] == r.Measure.CONTEXT_SHARE
    row: dict[str, Any] = {
        "code": code,
        "title": values["title"],
        "measure": values["measure"],
        values["comparison"]: _limit_from(values),
        "count": _count_from(values["count"], values["count_number"]),
        "years": _years_from(values["years"], values["years_count"]),
        "missing": values["missing"],
        "min_measured": values["min_measured"] or 1,
    }
    if is_context:
        row["indicators"] = values["indicators"]
    else:
        named = {name: values[name] for name in ("kinds", "subjects", "grades") if values[name]}
        row |= {"procedures": named} if named else {}
        row["min_participants"] = values["min_participants"] or 1
    if values["measure"] == r.Measure.PERCENTILE and values["among"]:
        row["among"] = values["among"]
    return row


def _limit_from(values: Mapping[str, Any]) -> Any:
    scale = PERCENT if values["measure"] in SHARES else 1
    if not values["level"]:
        return round(values["limit"] / scale, 10)
    limit: dict[str, Any] = {
        "territory": values["level"],
        "value": values["statistic"] or r.Statistic.POOLED.value,
    }
    limit["times"] = 1.0 if values["times"] is None else values["times"]
    limit["plus"] = round((values["plus"] or 0.0) / scale, 10)
    return limit


def _condition_to(row: Mapping[str, Any], assumptions: Sequence[str]) -> dict[str, Any]:
    comparison = next(c.value for c in r.Comparison if c.value in row)
    limit, measure = row[comparison], row.get("measure")
    scale = PERCENT if measure in SHARES else 1
    is_fixed = not isinstance(limit, Mapping)
    count, count_number = _count_to(row.get("count", "any"))
    years, years_count = _years_to(row.get("years", "current"))
    items = row.get("procedures", {})
    code = row.get("code", "")
    own = {name.partition(".")[2] for name in assumptions if name.startswith(f"{code}.")}
    if comparison in own:
        own.add("limit")
    values: dict[str, Any] = {
        "code": code, "title": row.get("title", ""), "measure": measure, "comparison": comparison, "count": count,
        "count_number": count_number, "years": years, "years_count": years_count, "kinds": items.get("kinds", []),
        "subjects": items.get("subjects", []), "grades": ", ".join(map(str, items.get("grades", []))),
        "indicators": row.get("indicators", []), "min_participants": row.get("min_participants"),
        "missing": row.get("missing", "unknown" if count == "all" else "skip"), "among": row.get("among", ""),
        "min_measured": row.get("min_measured"), "assumed": [n for n, _label in ASSUMED_CONDITION if n in own],
    }  # fmt: skip
    if is_fixed:
        return {**values, "limit": round(limit * scale, 6)}
    return {
        **values,
        "level": limit["territory"],
        "statistic": limit.get("value", r.Statistic.POOLED.value),
        "times": limit.get("times", 1.0),
        "plus": round(limit.get("plus", 0.0) * scale, 6),
    }


def _assumed_field(field: str, values: Mapping[str, Any]) -> str:
    return str(values["comparison"]) if field == "limit" else field


def _count_from(word: str, number: int | None) -> Any:
    return {"at_least": number or 1} if word == "at_least" else word


def _count_to(value: Any) -> tuple[str, int | None]:
    return ("at_least", value["at_least"]) if isinstance(value, Mapping) else (str(value), None)


def _years_from(word: str, count: int | None) -> Any:
    return "current" if word == "current" else {word: count or 1}


def _years_to(value: Any) -> tuple[str, int | None]:
    if not isinstance(value, Mapping):
        return "current", None
    word, listed = next(iter(value.items()))
    return str(word), listed if isinstance(listed, int) else len(listed)


def _next_code(rows: Sequence[ConditionForm], number: int) -> str:
    """A letter that no other condition has."""
    taken = {row.cleaned_data["code"] for row in rows}
    letters = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in taken]
    fresh = [row for row in rows[:number] if not row.cleaned_data["code"]]
    return letters[len(fresh)] if len(fresh) < len(letters) else f"C{number + 1}"
