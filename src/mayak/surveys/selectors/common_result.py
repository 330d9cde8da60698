"""The common result that somebody sees after answering: what is shown on the page of results anyway, nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass

from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.models import Audience, ResultSummary
from mayak.surveys.selectors.results import item_text, option_texts, results_of, shown_of

SHOWN_KINDS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.SCALE, QuestionKind.MATRIX})
AT_MOST = 20


@dataclass(frozen=True, slots=True)
class CommonAnswer:
    """What all have answered to a question: pairs of option and share from 0 to 1."""

    text: str
    n: int
    shares: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class CommonResult:
    """The common result of an audience."""

    n: int
    answers: Sequence[CommonAnswer]


def common_result(audience: Audience, language: str) -> CommonResult | None:
    """Return the common result of all; None while too few have answered to show any."""
    shown = shown_of(audience, ResultSummary.objects.filter(audience=audience).first())
    if shown is None:
        return None
    results = results_of(shown)
    threshold = audience.campaign.threshold
    if results.n < threshold:
        return None
    rows = []
    for item, tally in zip(results.layout.items, results.total, strict=True):
        if item.question.kind not in SHOWN_KINDS or tally.n < threshold or not tally.counts:
            continue
        shares = [(text, tally.share(at) or 0.0) for at, text in enumerate(option_texts(item, language))]
        rows.append(CommonAnswer(item_text(item, language), tally.n, shares))
    return CommonResult(results.n, rows[:AT_MOST]) if rows else None
