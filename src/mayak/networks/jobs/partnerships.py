"""Background work of partnerships."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.jobs.registry import JobHandle, job
from mayak.networks.services.partnership_letters import LETTERS_JOB, send_letters


@job(LETTERS_JOB, title=gettext_lazy("Letters on proposed network pairs"))
def letters(handle: JobHandle, *, proposals: list[int], site: str) -> dict[str, Any]:
    """Write to the schools that have not answered."""
    return {_("Letters sent"): send_letters(proposals, site=site, handle=handle)}
