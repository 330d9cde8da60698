"""Asking for the background work of the deficits."""

from mayak.kernel.access import Actor
from mayak.kernel.jobs.services import enqueue_job

REFRESH = "diagnosis.refresh_deficits"


def ask_refresh(*, actor: Actor, competence: int | None = None) -> None:
    """Let the combined views be made again: of everybody, or of those with evidence on one competence."""
    enqueue_job(REFRESH, actor=actor, arguments={"competence": competence})
