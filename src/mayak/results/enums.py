"""Closed lists of the results."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AssessmentKind(models.TextChoices):
    """Kind of an assessment procedure (domain.md C3; ВПР, ОГЭ, ЕГЭ are proper names)."""

    VPR = "vpr", _("ВПР")
    OGE = "oge", _("ОГЭ")
    EGE = "ege", _("ЕГЭ")
    GVE = "gve", _("ГВЭ")
    REGIONAL_TEST = "regional_test", _("regional test")
    REGIONAL_DIAGNOSTIC = "regional_diagnostic", _("regional diagnostics")
    MUNICIPAL_DIAGNOSTIC = "municipal_diagnostic", _("municipal diagnostics")
    INTERNAL = "internal", _("diagnostics of the school")
    QUARTER_MARK = "quarter_mark", _("quarter marks")
    OLYMPIAD = "olympiad", _("olympiad")
    NATIONAL_EXAM = "national_exam", _("national exam")


class Moment(models.TextChoices):
    """Entry and final diagnostics form a pair (S4, calendar plan)."""

    NONE = "", _("single")
    ENTRY = "entry", _("entry")
    FINAL = "final", _("final")


class ResultBasis(models.TextChoices):
    """What a stored result was made from; the first one present is the one that counts."""

    INDIVIDUAL = "individual", _("results of participants")
    AGGREGATE = "aggregate", _("statistics of the school")
    DISTRIBUTION = "distribution", _("distribution of scores")
    JOURNAL = "journal", _("comparison with the journal")


BASIS_PRIORITY = {basis: rank for rank, basis in enumerate(ResultBasis.values)}


class BatchState(models.TextChoices):
    """The life of an import; ``BATCH_TRANSITIONS`` says what may follow what."""

    UPLOADED = "uploaded", _("uploaded")
    CHECKED = "checked", _("checked, nothing written yet")
    STAGING = "staging", _("being written")
    APPLIED = "applied", _("loaded")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")
    FAILED = "failed", _("failed")


BATCH_TRANSITIONS: dict[str, frozenset[str]] = {
    BatchState.UPLOADED: frozenset({BatchState.CHECKED, BatchState.FAILED, BatchState.DISCARDED}),
    BatchState.CHECKED: frozenset(
        {BatchState.CHECKED, BatchState.STAGING, BatchState.DISCARDED, BatchState.FAILED}
    ),
    BatchState.STAGING: frozenset({BatchState.APPLIED, BatchState.FAILED, BatchState.CHECKED}),
    BatchState.APPLIED: frozenset({BatchState.UNDONE}),
    BatchState.UNDONE: frozenset(),
    BatchState.DISCARDED: frozenset(),
    BatchState.FAILED: frozenset({BatchState.CHECKED, BatchState.DISCARDED}),
}


class IssueKind(models.TextChoices):
    """What the report says of a row of a file."""

    REJECTED = "rejected", _("rejected")
    WARNING = "warning", _("look at it")
    SKIPPED = "skipped", _("skipped")


class RunState(models.TextChoices):
    """The life of an identification."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    ARCHIVED = "archived", _("archived")


class DecisionChange(models.TextChoices):
    """How a school's place changed against the year before."""

    ENTERED = "entered", _("entered the list")
    STAYED = "stayed", _("stays on the list")
    LEFT = "left", _("left the list")
    RELAPSED = "relapsed", _("came back to the list")


class StatusRole(models.TextChoices):
    """What a status means for the network."""

    NEEDS_HELP = "needs_help", _("needs help")
    WATCH = "watch", _("is watched")
    CONTEXT = "context", _("works in an adverse context")
    GIVES_HELP = "gives_help", _("can give help")


class StatusLevel(models.TextChoices):
    """The level that assigned a status."""

    FEDERAL = "federal", _("federal")
    REGIONAL = "regional", _("regional")
    MUNICIPAL = "municipal", _("municipal")


class StatusSource(models.TextChoices):
    """Where a status came from."""

    RULE = "rule", _("run of a rule")
    MANUAL = "manual", _("by hand")
    IMPORT = "import", _("list from outside")
    CONTEST = "contest", _("contest")
