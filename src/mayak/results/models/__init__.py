"""The tables of the results, one noun a file."""

from mayak.results.models.assessments import Assessment
from mayak.results.models.batches import ImportBatch, ImportFile, ImportIssue, SavedMapping
from mayak.results.models.context import ContextIndicator, ContextValue
from mayak.results.models.identification import IdentificationRun, RuleSet, SchoolDecision
from mayak.results.models.links import SchoolLink
from mayak.results.models.markers import NonObjectivityMarker
from mayak.results.models.rules import QualityRule, RetentionRule, ScoreScale
from mayak.results.models.scores import ParticipantResult, SchoolResult
from mayak.results.models.statuses import SchoolStatus, StatusKind

__all__ = [
    "Assessment",
    "ContextIndicator",
    "ContextValue",
    "IdentificationRun",
    "ImportBatch",
    "ImportFile",
    "ImportIssue",
    "NonObjectivityMarker",
    "ParticipantResult",
    "QualityRule",
    "RetentionRule",
    "RuleSet",
    "SavedMapping",
    "SchoolDecision",
    "SchoolLink",
    "SchoolResult",
    "SchoolStatus",
    "ScoreScale",
    "StatusKind",
]
