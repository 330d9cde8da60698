"""Thresholds, indicators, typical measures, topics, reasons and rewards that come with the product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mayak.diagnosis.models import (
    DynamicsIndicator,
    MeasureTemplate,
    MeasureThreshold,
    MentorIncentive,
    TrainingTopic,
)
from mayak.diagnosis.models.thresholds import FIRST_YEAR
from mayak.kernel.access import Actor
from mayak.registry.models import Subject
from mayak.registry.services.reference import LoadCount, load_rows, read_data
from mayak.results.models import ContextIndicator

DATA = Path(__file__).resolve().parent.parent / "data"


def load_measure_reference(*, actor: Actor) -> list[LoadCount]:
    """Load what contests, cards, recommendations and the training of mentors need; call it inside a transaction.

    Subjects and indicators of the social passport must be there; an indicator without its subject is left out.
    """
    training = read_data(DATA / "mentor_training.yaml")
    thresholds = (
        {"year_from": FIRST_YEAR} | row for row in read_data(DATA / "measure_thresholds.yaml")["thresholds"]
    )
    return [
        load_rows(MeasureThreshold, thresholds, key=["code", "year_from"], actor=actor),
        load_rows(DynamicsIndicator, supplied_indicators(), key=["code"], actor=actor),
        load_rows(MeasureTemplate, supplied_templates(), key=["code"], actor=actor),
        load_rows(TrainingTopic, training["topics"], key=["code"], actor=actor),
        load_rows(MentorIncentive, training["incentives"], key=["code"], actor=actor),
    ]


def supplied_indicators() -> Iterator[dict[str, Any]]:
    """Yield the indicators with rows of the registry and the results in place of their codes."""
    subjects = {row.code: row for row in Subject.objects.all()}
    contexts = {row.code: row for row in ContextIndicator.objects.all()}
    for row in read_data(DATA / "dynamics_indicators.yaml")["indicators"]:
        values = dict(row)
        if values.get("subject"):
            values["subject"] = subjects.get(values["subject"])
        if values.get("context_indicator"):
            values["context_indicator"] = contexts.get(values["context_indicator"])
        if all(values.get(name, "") is not None for name in ("subject", "context_indicator")):
            yield values


def supplied_templates() -> Iterator[dict[str, Any]]:
    """Yield the typical measures; all are ours and so assumptions."""
    found = read_data(DATA / "measure_templates.yaml")
    for row in found["templates"]:
        yield {**row, "source": found["source"], "is_assumption": True}


def supplied_criteria(kind: str) -> list[dict[str, Any]]:
    """Return the criteria that a contest of this kind begins with, in their order; all are assumptions."""
    rows = read_data(DATA / "contest_criteria.yaml")[kind]
    return [
        {**row, "position": number * 10, "is_assumption": True} for number, row in enumerate(rows, start=1)
    ]
