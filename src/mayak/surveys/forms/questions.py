"""The form of one question: fields of its kind, rows of options, conditions."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.surveys.algorithms.definition import (
    CHOICES,
    Definition,
    Option,
    Question,
    QuestionKind,
    Row,
    Scale,
    Words,
)
from mayak.surveys.algorithms.editing import next_code
from mayak.surveys.algorithms.parsing import MOST_OPTIONS, WIDEST_SCALE
from mayak.surveys.forms.conditions import ShowIfForms, questions_before
from mayak.surveys.forms.questionnaires import CodeField, WordsField

SPARE_ROWS = 3
MORE_ROWS = 5
_LONGEST_MEANING = 2000


class QuestionForm(forms.Form):
    """What every question has, and the fields of its kind; the others are taken out."""

    OF_KIND: Mapping[QuestionKind, tuple[str, ...]] = {
        QuestionKind.MULTIPLE: ("most",),
        QuestionKind.SCALE: (
            "low",
            "high",
            "low_ru",
            "low_en",
            "high_ru",
            "high_en",
            "labels_ru",
            "labels_en",
        ),
        QuestionKind.NUMBER: ("minimum", "maximum", "whole"),
        QuestionKind.TEXT: ("many_lines", "longest"),
    }
    COMMON = ("text_ru", "text_en", "help_ru", "help_en", "required", "code", "meaning")

    text_ru = WordsField(label=_("Question"), lines=2, required=True)
    text_en = WordsField(label=_("Question in English"), lines=2)
    help_ru = WordsField(label=_("Help under the question"), lines=2)
    help_en = WordsField(label=_("Help in English"), lines=2)
    required = forms.BooleanField(label=_("An answer is required"), required=False)
    most = forms.IntegerField(label=_("At most so many options"), required=False, min_value=1)
    low = forms.IntegerField(label=_("Scale from"), initial=1, min_value=-100, max_value=100)
    high = forms.IntegerField(label=_("Scale to"), initial=5, min_value=-100, max_value=100)
    low_ru = WordsField(label=_("Words at the lower end"), max_length=200)
    low_en = WordsField(label=_("Words at the lower end, in English"), max_length=200)
    high_ru = WordsField(label=_("Words at the upper end"), max_length=200)
    high_en = WordsField(label=_("Words at the upper end, in English"), max_length=200)
    labels_ru = WordsField(
        label=_("Words of single points"), lines=3, help_text=_("A line for each: 3 = partly agree")
    )
    labels_en = WordsField(label=_("Words of single points, in English"), lines=3)
    minimum = forms.FloatField(label=_("Least value"), required=False)
    maximum = forms.FloatField(label=_("Greatest value"), required=False)
    whole = forms.BooleanField(label=_("Whole numbers only"), required=False)
    many_lines = forms.BooleanField(label=_("Several lines"), required=False)
    longest = forms.IntegerField(
        label=_("Longest text, characters"), required=False, min_value=1, max_value=4000
    )
    code = CodeField(help_text=_("Stands in tables of answers. Empty: Mayak gives one."))
    meaning = WordsField(
        label=_("What the answer means to other parts of Mayak"),
        lines=2,
        max_length=_LONGEST_MEANING,
        help_text=_("Lines «name: value», such as «competence: lesson-goals». Empty for a plain question."),
    )

    def __init__(self, *args: Any, kind: QuestionKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {*self.COMMON, *self.OF_KIND.get(kind, ())}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.kind = kind

    @property
    def main(self) -> list[forms.BoundField]:
        """The words, and whether an answer is required."""
        return [self[name] for name in ("text_ru", "text_en", "help_ru", "help_en", "required")]

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields of the kind."""
        return [self[name] for name in self.OF_KIND.get(self.kind, ())]

    @property
    def technical(self) -> list[forms.BoundField]:
        """What few need."""
        return [self["code"], self["meaning"]]

    def clean_meaning(self) -> dict[str, Any]:
        """Read the lines as names and plain values."""
        text = self.cleaned_data["meaning"]
        try:
            found = yaml.safe_load(text) if text else {}
        except (yaml.YAMLError, ValueError):
            found = None
        if not isinstance(found, dict) or not all(_is_plain(name, value) for name, value in found.items()):
            raise forms.ValidationError(_("Write lines «name: value»."))
        return found

    def clean(self) -> dict[str, Any]:
        """Check that the ends stand in their order."""
        values = super().clean() or {}
        low, high = values.get("low"), values.get("high")
        if low is not None and high is not None and not 0 < high - low <= WIDEST_SCALE:
            self.add_error(
                "high",
                _("A scale goes from a smaller whole number to a larger one, at most %(most)s steps.")
                % {"most": WIDEST_SCALE},
            )
        for name in ("labels_ru", "labels_en"):
            if values.get(name) and self._labels(values[name]) is None:
                self.add_error(name, _("Write each on a line of its own: the point, «=» and the words."))
        least, greatest = values.get("minimum"), values.get("maximum")
        if least is not None and greatest is not None and least > greatest:
            self.add_error("maximum", _("No number lies between the least and the greatest value."))
        return values

    @staticmethod
    def _labels(text: str) -> dict[int, str] | None:
        found: dict[int, str] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            point, sign, words = line.partition("=")
            if not sign or not point.strip().lstrip("-").isdigit():
                return None
            found[int(point)] = words.strip()
        return found

    def scale(self) -> Scale | None:
        """Return the scale of a question of this kind."""
        if self.kind != QuestionKind.SCALE:
            return None
        values = self.cleaned_data
        russian, english = (self._labels(values[name]) or {} for name in ("labels_ru", "labels_en"))
        return Scale(
            low=values["low"],
            high=values["high"],
            low_text=Words(values["low_ru"], values["low_en"]),
            high_text=Words(values["high_ru"], values["high_en"]),
            labels={
                point: Words(russian.get(point, ""), english.get(point, ""))
                for point in sorted({*russian, *english})
            },
        )

    def maximum_value(self) -> float | None:
        """Return the limit under whatever name its kind has."""
        values = self.cleaned_data
        found = next(
            (values[name] for name in ("most", "longest", "maximum") if values.get(name) is not None), None
        )
        return None if found is None else float(found)


class OptionForm(forms.Form):
    """One option or one row of a table; without a text it falls away."""

    position = forms.IntegerField(label=_("Order"), required=False, min_value=0, max_value=9999)
    text_ru = WordsField(label=_("Text"), max_length=1000)
    text_en = WordsField(label=_("Text in English"), max_length=1000)
    code = CodeField()
    value = forms.FloatField(label=_("Points"), required=False)

    def __init__(self, *args: Any, has_points: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_points:
            del self.fields["value"]

    def clean(self) -> dict[str, Any]:
        """Want the Russian text of an option that says anything else."""
        values = super().clean() or {}
        if not values.get("text_ru") and (values.get("text_en") or values.get("value") is not None):
            self.add_error("text_ru", _("The Russian text is missing."))
        return values


class _Options(forms.BaseFormSet[OptionForm]):
    """The rows that hold a text, in their order."""

    def kept(self) -> list[dict[str, Any]]:
        """Return the values with a code each."""
        rows = [row.cleaned_data for row in self if row.cleaned_data.get("text_ru")]
        rows.sort(key=lambda row: row["position"] if row.get("position") is not None else 10_000)
        taken = {row["code"] for row in rows if row["code"]}
        for row in rows:
            if not row["code"]:
                row["code"] = next_code("o", taken)
                taken.add(row["code"])
        return rows


OptionFormSet = forms.formset_factory(
    OptionForm, formset=_Options, extra=SPARE_ROWS, max_num=MOST_OPTIONS, absolute_max=MOST_OPTIONS + 10
)


class QuestionForms:
    """The form of a question with its options, rows and conditions."""

    def __init__(
        self,
        kind: QuestionKind,
        definition: Definition,
        *,
        section: str,
        question: Question | None,
        data: Any = None,
    ) -> None:
        self.kind, self.definition, self.question = kind, definition, question
        initial = question_initial(question) if question else {}
        self.form = QuestionForm(data, kind=kind, initial=initial)
        before = questions_before(definition, section=section, question=question.code if question else "+")
        self.conditions = ShowIfForms(before, question.show_if if question else None, data)
        self.options: _Options | None = None
        self.rows: _Options | None = None
        if kind in CHOICES:
            self.options = OptionFormSet(  # type: ignore[assignment]  # the factory makes a subclass of its own
                data,
                initial=[
                    option_initial(n, one) for n, one in _numbered(question.options if question else ())
                ],
                prefix="options",
            )
        if kind == QuestionKind.MATRIX:
            self.rows = OptionFormSet(  # type: ignore[assignment]  # the same
                data,
                initial=[option_initial(n, one) for n, one in _numbered(question.rows if question else ())],
                prefix="rows",
                form_kwargs={"has_points": False},
            )

    @property
    def parts(self) -> list[Any]:
        """Every form and formset."""
        return [part for part in (self.form, self.options, self.rows, self.conditions) if part is not None]

    def is_valid(self) -> bool:
        """Check all of them, so that all errors show."""
        checked = [part.is_valid() for part in self.parts]
        return all(checked)

    def single_forms(self) -> list[forms.Form]:
        """Return every single form, for the summaries of errors."""
        rows = [*(self.options or ()), *(self.rows or ()), *self.conditions.rows]
        return [self.form, *rows, self.conditions.joint]

    def read(self) -> Question:
        """Return the question; all must be valid."""
        values = self.form.cleaned_data
        taken = {question.code for question in self.definition.questions()}
        code = values["code"] or (self.question.code if self.question else next_code("q", taken))
        meanings = {row.code: row.meaning for row in self.question.rows} if self.question else {}
        return Question(
            code=code,
            kind=self.kind,
            text=Words(values["text_ru"], values["text_en"]),
            help=Words(values["help_ru"], values["help_en"]),
            required=values["required"],
            options=tuple(
                Option(row["code"], Words(row["text_ru"], row["text_en"]), row["value"])
                for row in (self.options.kept() if self.options is not None else ())
            ),
            rows=tuple(
                Row(row["code"], Words(row["text_ru"], row["text_en"]), meanings.get(row["code"], {}))
                for row in (self.rows.kept() if self.rows is not None else ())
            ),
            scale=self.form.scale(),
            minimum=values.get("minimum"),
            maximum=self.form.maximum_value(),
            whole=values.get("whole", False),
            many_lines=values.get("many_lines", False),
            meaning=values["meaning"],
            show_if=self.conditions.show_if(),
        )


def with_more_rows(data: Any, prefix: str) -> Any:
    """Return the posted form with some more empty rows, nothing of it lost."""
    grown = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    count = data.get(name, "0")
    grown[name] = str(min(int(count) if count.isdigit() else 0, MOST_OPTIONS) + MORE_ROWS)
    return grown


def _numbered(rows: Sequence[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(rows, start=1))


def option_initial(number: int, row: Option | Row) -> dict[str, Any]:
    """Return the values of a row."""
    return {
        "position": number * 10,
        "text_ru": row.text.ru,
        "text_en": row.text.en,
        "code": row.code,
        "value": _plain(row.value) if isinstance(row, Option) else None,
    }


def question_initial(question: Question) -> dict[str, Any]:
    """Return the values of the form, for whatever kind."""
    values: dict[str, Any] = {
        "text_ru": question.text.ru,
        "text_en": question.text.en,
        "help_ru": question.help.ru,
        "help_en": question.help.en,
        "required": question.required,
        "most": _whole(question.maximum),
        "longest": _whole(question.maximum),
        "minimum": _plain(question.minimum),
        "maximum": _plain(question.maximum),
        "whole": question.whole,
        "many_lines": question.many_lines,
        "code": question.code,
        "meaning": yaml.safe_dump(dict(question.meaning), allow_unicode=True) if question.meaning else "",
    }
    if (scale := question.scale) is not None:
        values |= {
            "low": scale.low,
            "high": scale.high,
            "low_ru": scale.low_text.ru,
            "low_en": scale.low_text.en,
            "high_ru": scale.high_text.ru,
            "high_en": scale.high_text.en,
            "labels_ru": "\n".join(
                f"{point} = {words.ru}" for point, words in scale.labels.items() if words.ru
            ),
            "labels_en": "\n".join(
                f"{point} = {words.en}" for point, words in scale.labels.items() if words.en
            ),
        }
    return values


def _plain(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _is_plain(name: Any, value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return isinstance(name, str) and all(isinstance(one, str | int | float | bool) for one in values)
