"""Exports, uploads and starts of jobs are counted for each user before any work is done."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from mayak.accounts.models import User
from mayak.accounts.selectors.sign_in import client_address
from mayak.accounts.services.limits import HeavyUse, count_use
from mayak.accounts.services.throttling import TooManyAttempts
from mayak.web.errors import too_many_requests

log = logging.getLogger("mayak.security")

DOWNLOADS = frozenset(
    {
        "accounts:consent-scan", "accounts:my-data-html", "accounts:my-data-json",
        "diagnosis:competence-template", "diagnosis:contest-export", "diagnosis:contest-file",
        "diagnosis:contest-protocol", "diagnosis:contest-sheet-file", "diagnosis:contest-template",
        "diagnosis:exam-tasks-template", "diagnosis:lesson-list-template",
        "diagnosis:lesson-note", "diagnosis:needs-export", "diagnosis:needs-school-export",
        "diagnosis:recommendation-evidence", "diagnosis:risk-export", "diagnosis:risk-school-export",
        "diagnosis:test-template", "diagnosis:training-certificate-scan", "diagnosis:training-template",
        "documents:agreement", "documents:download",
        "documents:template-download", "documents:template-supplied", "identification:status-list",
        "identification:status-template", "matching:import-template", "networks:agreement-file",
        "networks:import-template", "networks:pair-import-template", "registry:act-scan", "registry:import-report",
        "registry:table-download", "registry:table-template", "results:anonymised-file",
        "results:batch-report", "results:download", "surveys:answer-file", "surveys:export-template",
        "surveys:export-xlsform", "surveys:export-xlsx", "surveys:results-file",
    }
)  # fmt: skip
STARTS = frozenset(
    {
        "accounts:invitations-send", "accounts:invitation-send", "diagnosis:build", "diagnosis:needs-compute-all",
        "documents:order",
        "documents:partnership-list", "findings:check", "identification:start", "jobs:retry", "matching:create",
        "matching:import-confirm", "matching:repair", "matching:replay", "matching:scenario", "matching:together",
        "matching:solve", "networks:agreement-letter", "networks:agreements-mass", "networks:import-confirm",
        "networks:proposal-letters",
        "networks:pair-import-confirm", "registry:import-deed",
        "results:batch-apply", "results:batch-trial", "results:batch-undo", "results:create-all", "surveys:close",
        "surveys:remind", "surveys:results-export",
        "surveys:results-refresh", "surveys:start",
    }
)  # fmt: skip
FORMATS = ("csv", "xlsx")


class HeavyUseMiddleware:
    """Stands after the sign-in: whoever lacks a second factor is gone by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Count a heavy request; answer 429 where the user has to wait."""
        kind = heavy_kind(request)
        if kind is None or not isinstance(request.user, User):
            return None
        try:
            count_use(kind, _subject(request, request.user))
        except TooManyAttempts as refusal:
            log.warning("limit of heavy use: kind=%s user=%s path=%s", kind, request.user.pk, request.path)
            return too_many_requests(request, refusal)
        return None


def heavy_kind(request: HttpRequest) -> str | None:
    """Return as what the request counts; None for an ordinary page."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method == "POST":
        if (request.content_type or "").startswith("multipart/"):
            return HeavyUse.UPLOAD
        return HeavyUse.JOB if name in STARTS else None
    is_table = request.GET.get("_export") in FORMATS
    return HeavyUse.EXPORT if is_table or name in DOWNLOADS else None


def _subject(request: HttpRequest, user: User) -> str:
    """A demonstration account is shared: there each visitor counts alone."""
    return f"{user.pk}:{client_address(request)}" if user.is_demo else str(user.pk)
