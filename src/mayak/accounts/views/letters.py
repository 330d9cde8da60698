"""Pages of the letters that wait in the folder, for administrators."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.accounts.selectors import request_role
from mayak.accounts.services.mailbox import letter, letters
from mayak.kernel.access.requests import request_actor
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.ui.fields import FieldRow


@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """Show the letters of the folder, and whether there is a mail server."""
    _administrators_only(request)
    context = {
        "letters": letters(),
        "host": settings.EMAIL_HOST,
        "folder": settings.LETTERS_DIR,
        "breadcrumbs": [(_("Letters"), "")],
    }
    return render(request, "accounts/letters.html", context)


@require_GET
def letter_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one letter; reading is written down, because its link opens an account."""
    _administrators_only(request)
    found = letter(name)
    if found is None:
        raise Http404
    record_bulk(
        User,
        actor=request_actor(request),
        action="read",
        row_count=1,
        object_text=_("a letter of the folder"),
    )
    rows = [FieldRow(_("To"), found.to), FieldRow(_("When"), found.at)]
    crumbs = [(_("Letters"), reverse("accounts:letters")), (found.subject, "")]
    return render(request, "accounts/letter.html", {"letter": found, "rows": rows, "breadcrumbs": crumbs})


def _administrators_only(request: HttpRequest) -> None:
    held = request_role(request)
    if held is None or held.role != Role.SYSTEM_ADMINISTRATOR:
        raise PermissionDenied(_("Only an administrator of the system sees the letters."))
