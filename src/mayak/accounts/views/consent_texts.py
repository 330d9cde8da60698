"""Texts of consents: their versions, the next one, a blank for printing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.forms.consents import TextForm
from mayak.accounts.models import ConsentText
from mayak.accounts.permissions import may_edit_texts
from mayak.accounts.selectors.consents import texts_with_use
from mayak.accounts.services.consents import save_text, update_text
from mayak.accounts.views.consents import crumbs, keeping, page
from mayak.accounts.views.people import show_errors
from mayak.kernel.access.requests import request_actor


@require_GET
def text_list(request: HttpRequest) -> HttpResponse:
    """Show all versions."""
    scope = keeping(request)
    context = {
        "texts": texts_with_use(),
        "may_edit": may_edit_texts(scope),
        "breadcrumbs": crumbs((_("Texts and blanks"), "")),
    }
    return render(request, "accounts/consent_texts.html", context)


@require_GET
def text_blank(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text alone on a sheet, to print and sign: a consent is a paper of its own."""
    keeping(request)
    text = get_object_or_404(ConsentText, pk=pk)
    return render(request, "accounts/consent_blank.html", {"text": text})


@require_http_methods(["GET", "HEAD", "POST"])
def text_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a version that nobody has given, or make the next one from it."""
    if not may_edit_texts(keeping(request)):
        raise PermissionDenied(_("Texts hold for every territory: the region writes them."))
    text = get_object_or_404(texts_with_use(), pk=pk)
    is_frozen = bool(getattr(text, "uses", 0))
    initial = {"valid_from": timezone.localdate(), "is_assumption": False} if is_frozen else {}
    form: Any = TextForm(
        request.POST if request.method == "POST" else None,
        instance=ConsentText.objects.get(pk=pk),
        initial=initial,
    )
    if form.is_valid():
        actor, fields = request_actor(request), form.cleaned_data
        try:
            if is_frozen:
                save_text(text.purpose, actor=actor, **fields)
            else:
                update_text(text, actor=actor, **fields)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The text is saved."))
            return redirect("accounts:consent-texts")
    title = (_("The next version: %(purpose)s") if is_frozen else _("Correct the text: %(purpose)s")) % {
        "purpose": text.get_purpose_display()
    }
    lead = _("Somebody has given this version, so it stays; a new one is made.") if is_frozen else ""
    return page(request, form, title, _("Save"), reverse("accounts:consent-texts"), lead=lead)
