"""The questionnaires of the school world that come with the product."""

from pathlib import Path

from mayak.kernel.access import SYSTEM, Actor
from mayak.registry.services.reference import LoadCount
from mayak.surveys.services.reference import load_questionnaires

FOLDER = Path(__file__).resolve().parent.parent / "data" / "questionnaires"


def load_survey_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load them; a content that differs from a version in use makes the next draft. Safe to run again."""
    return [load_questionnaires(FOLDER, actor=actor)]
