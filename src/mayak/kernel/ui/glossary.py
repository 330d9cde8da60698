"""The words of orders that need an explanation: shown on hover and on the page of the glossary."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Term:
    """An abbreviation or word as orders write it.

    Attributes:
        key: as it is written in Russian papers; it is the same in every language of the interface.
        full: the words behind the letters.
        text: what it means here.
    """

    key: str
    full: Any
    text: Any

    @property
    def anchor(self) -> str:
        """The place on the page of the glossary."""
        return slugify(self.key, allow_unicode=True)


TERMS: Final = (
    Term(
        "ВПР",
        _("All-Russian check work"),
        _("A written work in one subject, the same for all schools of the country; held in spring."),
    ),
    Term(
        "ЕГЭ",
        _("Unified state examination"),
        _("The final examination after grade 11, also used for admission to universities."),
    ),
    Term(
        "ИОМ",
        _("Individual educational route"),
        _("The plan by which one teacher or pupil learns: deficits, steps, dates, results."),
    ),
    Term(
        "КИМ",
        _("Control and measuring materials"),
        _("The tasks of an examination or check work with the rules of their marking."),
    ),
    Term(
        "МО",
        _("Municipal entity"),
        _("A district or town; its education authority coordinates the schools of the territory."),
    ),
    Term("МСУ", _("Local self-government"), _("The municipal level of authority.")),
    Term("ОГЭ", _("Basic state examination"), _("The final examination after grade 9.")),
    Term(
        "РИП",
        _("Regional innovation platform"),
        _("An organisation that tries out a new practice by an order of the region."),
    ),
    Term(
        "РМО",
        _("District subject association"),
        _("Teachers of one subject of a whole district; led by an experienced teacher or methodist."),
    ),
    Term(
        "РПШ",
        _("Risk profile of a school"),
        _(
            "The list of factors that hold a school back, each with its degree, found by a "
            "questionnaire and by data."
        ),
    ),
    Term(
        "РЦОИ",
        _("Regional centre of information processing"),
        _("Collects and checks the papers of state examinations of a region and issues their protocols."),
    ),
    Term("СОШ", _("Secondary general school"), _("A school with grades 1 to 11.")),
    Term("ООШ", _("Basic general school"), _("A school with grades 1 to 9.")),
    Term(
        "ФИС ОКО",
        _("Federal information system of assessment of the quality of education"),
        _(
            "The system through which schools receive check works and send in their results; a school "
            "has its login there."
        ),
    ),
    Term(
        "ЦНППМ",
        _("Centre of continuous growth of professional skill"),
        _("The regional centre that leads teachers along individual routes."),
    ),
    Term(
        "ШМО",
        _("School subject association"),
        _("Teachers of one subject or of close subjects of one school."),
    ),
    Term(
        "ШНОР",
        _("School with low educational results"),
        _(
            "A school whose results lie below the threshold in two procedures or more; the rule of "
            "the year is shown beside each list."
        ),
    ),
    Term(
        "ШНСУ",
        _("School in adverse social conditions"),
        _(
            "A school whose pupils and surroundings make teaching harder; its results are compared "
            "with those of similar schools."
        ),
    ),
    Term(
        "ШСВОР",
        _("School with steadily high educational results"),
        _(
            "A school whose results are high for several years; it may become a lead school and "
            "mentor others."
        ),
    ),
    Term(
        "ШФЗР",
        _("School at risk of low results"),
        _(
            "A school where the factors around it or inside it make low results likely, though they "
            "have not come yet."
        ),
    ),
)
"""Alphabetical by the Russian letters."""

_BY_KEY: Final = {term.key.casefold(): term for term in TERMS}


def find_term(key: str) -> Term | None:
    """Return the term, None for a word that the glossary does not know."""
    return _BY_KEY.get(key.strip().casefold())
