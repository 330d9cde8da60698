"""The years of a school beside the limit of the rule: small pictures, and a table with the number of participants."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from mayak.kernel.ui.charts import Chart, Threshold, small_multiples
from mayak.kernel.ui.tables import number_text
from mayak.results.algorithms.identification import rules as r
from mayak.results.models import SchoolResult
from mayak.results.selectors.results import Series
from mayak.results.selectors.rule_words import value_words


def years_chart(series: Sequence[Series], rule: r.RuleSet) -> Chart | None:
    """The share below the threshold, one picture for each procedure; None where no share is known."""
    shown = [one for one in series if any(row.below_share is not None for row in one.results.values())]
    if not shown:
        return None
    years = sorted({year for one in shown for year in one.results})
    columns = [_("procedure"), *map(str, years)]
    shares = [[one.title, *(_percent(one.results.get(year)) for year in years)] for one in shown]
    cells = [[one.title, *(_cell(one.results.get(year)) for year in years)] for one in shown]
    summary = _(
        "Share below the threshold by year; the table gives the number of participants beside each share."
    )
    chart = small_multiples(_("Below the threshold, %"), summary, columns, shares, threshold=_limit(rule))
    return replace(chart, rows=cells)


def _limit(rule: r.RuleSet) -> Threshold | None:
    """The first fixed limit of the rule for shares."""
    for condition in rule.conditions:
        if condition.measure is r.Measure.BELOW_SHARE and isinstance(condition.limit, float):
            text = _("limit of the rule %(value)s") % {
                "value": value_words(condition.limit, condition.measure)
            }
            return Threshold(round(condition.limit * 100, 2), text)
    return None


def _percent(row: SchoolResult | None) -> float | None:
    return round(float(row.below_share) * 100, 1) if row is not None and row.below_share is not None else None


def _cell(row: SchoolResult | None) -> str | None:
    """«44,4 % (8 of 18)»."""
    share = _percent(row)
    if row is None or share is None:
        return None
    text = f"{number_text(share, 1)}\u202f%"
    if row.below is not None and row.participants is not None:
        return _("%(share)s (%(below)s of %(n)s)") % {
            "share": text,
            "below": row.below,
            "n": row.participants,
        }
    if row.participants is not None:
        return _("%(share)s (of %(n)s)") % {"share": text, "n": row.participants}
    return text
