"""Tables of results: every share with its number of participants, few of them marked with a word."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import MayakTable, NumberColumn, PercentColumn, TwoLineColumn, number_text
from mayak.results.models import Assessment, ParticipantResult, SchoolResult


class ShareColumn(PercentColumn):
    """The share below the threshold with its number of cases; «few» says that it means little."""

    def render(self, value: Any, record: Any, table: Any) -> str | SafeString:  # type: ignore[override]  # tables2 injects
        """Return «12,5 of 48», with a mark where the number is small."""
        text = number_text(float(value) * 100, self.digits)
        if record.participants is None:
            return format_html('{}<span class="second-line">{}</span>', text, gettext("of an unknown number"))
        number = gettext("of %(count)s") % {"count": number_text(record.participants)}
        if record.participants < table.few_limit:
            few = gettext("few participants")
            number = f"{number}, {few}"
        return format_html('{}<span class="second-line">{}</span>', text, number)


class ResultTable(MayakTable):
    """Results of schools."""

    organisation = tables.Column(
        linkify=("registry:organisations-detail", {"pk": tables.A("organisation_id")}),
        order_by="organisation__sort_key",
        verbose_name=_("school"),
    )
    territory = tables.Column(
        accessor="organisation__territory",
        order_by="organisation__territory__path",
        verbose_name=_("territory"),
    )
    assessment = TwoLineColumn(
        second=lambda row: row.assessment.get_kind_display(),
        linkify=("results:result", {"pk": tables.A("pk")}),
        order_by=("assessment__kind", "assessment__subject__position", "assessment__grade"),
        verbose_name=_("assessment"),
    )
    year = tables.Column(accessor="assessment__year", verbose_name=_("year"))
    participants = NumberColumn(verbose_name=_("participants"))
    below_share = ShareColumn(verbose_name=_("below the threshold, %"))
    mean = NumberColumn(digits=1, verbose_name=_("mean score"))
    basis = tables.Column(accessor="get_basis_display", order_by="basis", verbose_name=_("made from"))

    few_limit = 20

    class Meta(MayakTable.Meta):
        model = SchoolResult
        fields = (
            "organisation", "territory", "assessment", "year", "participants", "below_share", "mean", "basis",
        )  # fmt: skip
        order_by = ("-year", "organisation")

    def __init__(self, *args: Any, few_limit: int = 20, **kwargs: Any) -> None:
        self.few_limit = few_limit
        super().__init__(*args, **kwargs)

    def render_assessment(self, value: Assessment, record: SchoolResult) -> Any:
        """Return the subject and grade; the kind stands below, the year in a column of its own."""
        grade = f",\u00a0{value.grade}" if value.grade else ""
        return self.columns["assessment"].column.render(f"{value.subject}{grade}", record)

    def value_assessment(self, value: Assessment) -> str:
        """Return the whole name for an export."""
        return str(value)


class AssessmentTable(MayakTable):
    """Assessments with what is loaded of them."""

    name = tables.Column(
        accessor="pk",
        linkify=("results:assessment", {"pk": tables.A("pk")}),
        orderable=False,
        verbose_name=_("assessment"),
    )
    year = tables.Column(verbose_name=_("year"))
    schools = NumberColumn(verbose_name=_("schools"), orderable=False)

    class Meta(MayakTable.Meta):
        model = Assessment
        fields = ("name", "year", "schools")


class ParticipantTable(MayakTable):
    """Participants of one result by code."""

    code = tables.Column(verbose_name=_("code"))
    class_label = tables.Column(verbose_name=_("class"))
    variant = tables.Column(verbose_name=_("variant"))
    score = NumberColumn(verbose_name=_("score"))
    mark = NumberColumn(verbose_name=_("mark"))
    journal_mark = NumberColumn(verbose_name=_("journal mark"))
    tasks = tables.Column(orderable=False, verbose_name=_("points by task"))
    row = NumberColumn(verbose_name=_("row of the file"))

    class Meta(MayakTable.Meta):
        model = ParticipantResult
        fields = ("code", "class_label", "variant", "score", "mark", "journal_mark", "tasks", "row")
        order_by = ("code",)
