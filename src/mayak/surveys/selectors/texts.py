"""Free texts of a round: which may be read, how they are sorted into themes, which seem to name somebody."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import get_language

from mayak.kernel.personal.scan import kinds_of, scan_text
from mayak.surveys.algorithms.cubes import everything, tally
from mayak.surveys.algorithms.definition import Question, QuestionKind
from mayak.surveys.algorithms.tallying import layout_of
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Answer, Audience, Campaign, ResultSummary, Theme
from mayak.surveys.selectors.campaigns import audiences_of, definition_of
from mayak.surveys.selectors.results import kept_total

SCANNED = 2000
"""So many texts are looked through while a page is made; the job of an export looks through all."""
WITHOUT_THEME = "none"
KEY_DIGITS = 18
"""Longer numbers are no keys: a database takes no such number."""


@dataclass(frozen=True, slots=True)
class TextQuestion:
    """A question that is answered by a text, with how many answers may be read."""

    code: str
    text: str
    n: int
    is_hidden: bool
    sorted_count: int = 0
    theme_count: int = 0


@dataclass(frozen=True, slots=True)
class FreeText:
    """One text with its themes; ``names`` are the kinds of traces of a person that were found."""

    key: str
    text: str
    themes: tuple[str, ...]
    names: tuple[str, ...]


def text_questions(campaign: Campaign) -> dict[str, Question]:
    """Return the questions of a round that are answered by a text, by code."""
    return {
        question.code: question
        for audience in audiences_of(campaign)
        for question in definition_of(audience).questions()
        if question.kind == QuestionKind.TEXT
    }


def answers_with_text(campaign: Campaign, code: str) -> Any:
    """Return the answers of a round that hold a text for this question."""
    return Answer.objects.filter(audience__campaign=campaign, **{f"answers__{code}__isnull": False})


def readable_answers(campaign: Campaign, code: str) -> Any:
    """Return the answers whose texts may be read; each audience counts for itself.

    Of an anonymous one none while the round runs, where they are too few, and where too few came after a reopening:
    a list that grows by fewer texts than the threshold would tell whose they are.
    """
    return _of_question(campaign, code, _readable(campaign))


def _of_question(campaign: Campaign, code: str, readable: Mapping[int, frozenset[str]]) -> Any:
    allowed = [audience for audience, codes in readable.items() if code in codes]
    return answers_with_text(campaign, code).filter(audience__in=allowed)


def _readable(campaign: Campaign) -> dict[int, frozenset[str]]:
    """Return the text questions of each audience whose texts may be read."""
    return {audience.pk: _readable_codes(audience) for audience in audiences_of(campaign)}


def _readable_codes(audience: Audience) -> frozenset[str]:
    """Return the text questions whose texts may be read: of an anonymous audience those that stand whole in the sums.

    The sums of a question grow by whole groups alone (docs/adr/0017), and so do its texts.
    """
    items = [
        one for one in layout_of(definition_of(audience)).items if one.question.kind == QuestionKind.TEXT
    ]
    if not audience.is_anonymous:
        return frozenset(one.code for one in items)
    if not items or audience.campaign.state != CampaignState.CLOSED:
        return frozenset()
    summary = ResultSummary.objects.filter(audience=audience, is_final=True, seen=F("counted")).first()
    cube = kept_total(summary) if summary is not None else None
    if cube is None:
        return frozenset()
    counts = {
        f"text_{at}": Count("pk", filter=Q(**{f"answers__{one.code}__isnull": False}))
        for at, one in enumerate(items)
    }
    there = Answer.objects.filter(audience=audience).aggregate(**counts)
    return frozenset(
        one.code
        for at, one in enumerate(items)
        if there[f"text_{at}"] == tally(cube, one, everything(cube)).n >= audience.campaign.threshold
    )


def question_rows(campaign: Campaign) -> list[TextQuestion]:
    """Return the text questions of a round with their counts."""
    language = get_language() or "ru"
    themes = dict(
        Theme.objects.filter(campaign=campaign).order_by().values_list("question").annotate(found=Count("pk"))
    )
    readable = _readable(campaign)
    found = []
    for code, question in text_questions(campaign).items():
        ready = _of_question(campaign, code, readable)
        n = ready.count()
        is_hidden = not n and answers_with_text(campaign, code).exists()
        chosen = ready.filter(themes__question=code, themes__campaign=campaign)
        found.append(
            TextQuestion(
                code, question.text.of(language), n, is_hidden, chosen.distinct().count(), themes.get(code, 0)
            )
        )
    return found


def themes_of(campaign: Campaign, code: str) -> list[Theme]:
    """Return the themes of a question with how many texts each has."""
    rows = Theme.objects.filter(campaign=campaign, question=code)
    return list(rows.annotate(text_count=Count("answers")).order_by("title"))


def theme_key(text: str) -> int | None:
    """Return the key of a theme as an address or a form names it; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS else None


def shuffled_keys(campaign: Campaign, code: str, *, theme: str = "", word: str = "") -> list[Any]:
    """Return the keys of the readable texts in an order that tells nothing and stays for all pages of the list."""
    rows = readable_answers(campaign, code)
    if theme == WITHOUT_THEME:
        rows = rows.exclude(themes__in=Theme.objects.filter(campaign=campaign, question=code))
    elif (key := theme_key(theme)) is not None:
        rows = rows.filter(themes=key)
    if word:
        rows = rows.filter(**{f"answers__{code}__icontains": word})
    keys = rows.order_by().values_list("pk", flat=True).distinct()
    return sorted(keys, key=lambda key: hashlib.sha256(f"{campaign.pk}:{code}:{key}".encode()).digest())


def read_texts(campaign: Campaign, code: str, keys: list[Any]) -> list[FreeText]:
    """Return the texts of these answers in their order."""
    rows = {row.pk: row for row in Answer.objects.filter(pk__in=keys).prefetch_related("themes")}
    found = []
    for key in keys:
        row = rows[key]
        text = str(row.answers.get(code, ""))
        own = tuple(
            theme.title
            for theme in row.themes.all()
            if theme.campaign_id == campaign.pk and theme.question == code
        )
        found.append(FreeText(str(key), text, own, tuple(str(kind) for kind in kinds_of(scan_text(text)))))
    return found


def audience_traces(audience: Audience) -> list[str]:
    """Return the texts of an audience, of the first some thousand, that seem to name somebody."""
    return [text for text in _texts(audience) if scan_text(text)]


def _texts(audience: Audience) -> Iterator[str]:
    codes = sorted(_readable_codes(audience))
    if not codes:
        return
    rows = Answer.objects.filter(audience=audience).order_by("pk").values_list("answers", flat=True)
    for answers in rows[:SCANNED]:
        for code in codes:
            if answers.get(code):
                yield str(answers[code])
