"""Reading of personal data is an action too."""

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.results.models import ImportFile, SchoolResult


@transaction.atomic
def log_reading(result: SchoolResult, *, actor: Actor) -> None:
    """Write who looked at the participants of a result (domain.md B8.1)."""
    record(
        result,
        actor=actor,
        action="read participants",
        changes={"rows": result.participant_rows.count()},
        territory_path=result.organisation.territory.path or "",
        organisation_id=result.organisation_id,
    )


@transaction.atomic
def log_download(file: ImportFile, *, actor: Actor) -> None:
    """Write who took a kept file away."""
    record(
        file,
        actor=actor,
        action="download",
        changes={"sha256": file.sha256},
        territory_path=file.batch.territory.path or "",
    )
