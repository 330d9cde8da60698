"""The fields of a template: what each means, an example, where it has to stand. Page and check read this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A field of the order.

    Attributes:
        name: how the template calls it.
        meaning: what it is.
        example: what it may look like; a list of texts or rows for a field that is repeated.
        place: where an obligatory field stands; empty for the others.
        parts: fields of one row of a repeated field, with their meanings.
        required_parts: those of the parts that a template may not leave out.
    """

    name: str
    meaning: Text
    example: Any
    place: Text = ""
    parts: Mapping[str, Text] = field(default_factory=dict)
    required_parts: tuple[str, ...] = ()

    @property
    def is_obligatory(self) -> bool:
        """Whether a template without it is refused."""
        return bool(self.place)

    @property
    def is_repeated(self) -> bool:
        """Whether it is a list, read by «for»."""
        return isinstance(self.example, list)

    @property
    def tag(self) -> str:
        """What is typed into Word."""
        return f"{{% for row in {self.name} %}}" if self.is_repeated else f"{{{{ {self.name} }}}}"

    @property
    def part_tags(self) -> list[tuple[str, Text]]:
        """What is typed inside the repetition."""
        return [(f"{{{{ row.{name} }}}}", meaning) for name, meaning in self.parts.items()]

    @property
    def example_text(self) -> str:
        """The example in one line."""
        if isinstance(self.example, bool):
            return ""
        first = self.example[0] if self.is_repeated else self.example
        return ", ".join(first.values()) if isinstance(first, Mapping) else str(first)


_EXAMPLE_PAIR = {
    "number": "1",
    "lead": "МКОУ «Приладожская СОШ»",
    "mentee": "МКОУ «Путиловская ООШ»",
    "content": "математика (6 класс)",
    "ground": "ШНОР; 5,4 км",
}

FIELDS: Final[tuple[TemplateField, ...]] = (
    TemplateField(
        "authority",
        _("Name of the authority, one row for each line"),
        ["Комитет образования администрации Кировского муниципального района"],
        place=_("at the top, before the name of the paper"),
    ),
    TemplateField(
        "date",
        _("Date of the order; an empty line until it is signed"),
        "12 октября 2026 г.",
        place=_("the line of date and number"),
    ),
    TemplateField(
        "number",
        _("Number of the order; an empty line until it is signed"),
        "263",
        place=_("the line of date and number"),
    ),
    TemplateField("place", _("Where the order is issued"), "Кировск"),
    TemplateField("school_year", _("School year"), "2026/27", place=_("the heading of the order")),
    TemplateField("territory", _("Territory of the pairing"), "Кировский муниципальный район"),
    TemplateField(
        "is_draft", _("Whether the pairs are not approved yet: then the paper says that it is a draft"), False
    ),
    TemplateField(
        "supported",
        _("Whom the order supports, in the genitive; abbreviations are explained here"),
        "школ с низкими образовательными результатами (далее – ШНОР)",
    ),
    TemplateField(
        "basis", _("Acts to which the preamble refers; may be empty"), "приказом от 1 сентября 2026 г. № 237"
    ),
    TemplateField("one_lead", _("Whether there is one lead school only"), False),
    TemplateField("lead_names", _("Lead schools with commas"), "МКОУ «Приладожская СОШ»"),
    TemplateField("one_mentee", _("Whether one school only gets help"), False),
    TemplateField("mentee_names", _("Schools that get help, with commas"), "МКОУ «Путиловская ООШ»"),
    TemplateField("deadline", _("Until when the schools agree on their work"), "1 ноября 2026 г."),
    TemplateField(
        "service",
        _("Who accompanies the work, in the dative; may be empty"),
        "муниципальной методической службе",
    ),
    TemplateField(
        "control",
        _("Who controls the execution, in the accusative; may be empty"),
        "главного специалиста А.А. Иванову",
    ),
    TemplateField(
        "signatory_position",
        _("Position of whoever signs"),
        "Председатель комитета",
        place=_("the signature"),
    ),
    TemplateField(
        "signatory_name", _("Initials and name of whoever signs"), "А.А. Иванова", place=_("the signature")
    ),
    TemplateField("copies", _("To whom copies go, with commas"), "в дело, МКОУ «Приладожская СОШ»"),
    TemplateField(
        "mentee_title", _("Heading of the column of the schools that get help"), "Школа с НОР (ведомая)"
    ),
    TemplateField(
        "pairs",
        _("The pairs: one row of the annex for each"),
        [_EXAMPLE_PAIR],
        place=_("the table of the annex"),
        parts={
            "number": _("number of the row"),
            "lead": _("lead school"),
            "mentee": _("school that gets help"),
            "content": _("what the help is about: subjects and grades"),
            "ground": _("status of the school and the distance, if known"),
        },
        required_parts=("lead", "mentee"),
    ),
    TemplateField(
        "totals", _("How many pairs and schools, in words"), "1 пара: 1 школа-лидер, 1 ведомая школа"
    ),
    TemplateField(
        "abbreviations",
        _("Explained abbreviations of the annex"),
        "ШНОР – школа с низкими образовательными результатами",
    ),
)

BY_NAME: Final = {one.name: one for one in FIELDS}


def example_context() -> dict[str, Any]:
    """Return the examples of all fields: what a new template is tried on."""
    return {one.name: one.example for one in FIELDS}
