"""Everything that diagnosis needs and that comes with the product: one loader for each part."""

from collections.abc import Callable

from django.db import transaction

from mayak.diagnosis.services.competence_reference import load_competence_reference
from mayak.diagnosis.services.lesson_reference import load_lesson_reference
from mayak.diagnosis.services.measure_reference import load_measure_reference
from mayak.diagnosis.services.school_reference import load_school_reference
from mayak.diagnosis.services.survey_reference import load_survey_reference
from mayak.kernel.access import SYSTEM, Actor
from mayak.registry.services.reference import LoadCount

Loader = Callable[..., list[LoadCount]]
LOADERS: list[Loader] = [
    load_competence_reference,
    load_measure_reference,
    load_school_reference,
    load_lesson_reference,
    load_survey_reference,
]


@transaction.atomic
def load_diagnosis_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load the dictionaries of all parts; subjects and the social passport must be there. Safe to run again."""
    return [count for load in LOADERS for count in load(actor=actor)]
