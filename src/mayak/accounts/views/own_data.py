"""«My data»: everything that is held on the signed-in person, its export, corrections, consents, requests."""

import datetime as dt
import decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.enums import ConsentWay, RequestKind
from mayak.accounts.forms.own_data import AskForm, OwnNameForm
from mayak.accounts.models import Consent, PersonRequest, User
from mayak.accounts.selectors.consents import current_texts, purposes_of
from mayak.accounts.selectors.holders import holder_of, subjects_of
from mayak.accounts.services.consents import give_consent, withdraw_consent
from mayak.accounts.services.requests import ask, rename_user
from mayak.accounts.services.trail import note
from mayak.accounts.views.own import signed_in
from mayak.accounts.views.people import FORM, show_errors
from mayak.kernel.access.requests import request_actor
from mayak.kernel.exporting.responses import attachment
from mayak.kernel.personal.holdings import Holding, holdings_of


@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Show everything, and what can be done with it."""
    user = signed_in(request)
    context = {
        "holdings": holdings_of(subjects_of(user)),
        "lines": purposes_of(user),
        "requests": PersonRequest.objects.open().filter(user=user),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "accounts/my_data.html", context)


@require_GET
def my_data_json(request: HttpRequest) -> HttpResponse:
    """Give the same for machines."""
    user, now = signed_in(request), timezone.now()
    held = holdings_of(subjects_of(user))
    note(user, actor=request_actor(request), action="export", changes={"format": "json"})
    content = {"made_at": now.isoformat(), "holdings": [_as_json(one) for one in held]}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = attachment(f"{_('my data')}-{timezone.localdate():%Y-%m-%d}.json")
    return response


@require_GET
def my_data_html(request: HttpRequest) -> HttpResponse:
    """Give the same for reading without the site."""
    user = signed_in(request)
    note(user, actor=request_actor(request), action="export", changes={"format": "html"})
    context = {"holdings": holdings_of(subjects_of(user)), "person": user, "made_at": timezone.now()}
    response = render(request, "accounts/my_data_export.html", context)
    response["Content-Disposition"] = attachment(f"{_('my data')}-{timezone.localdate():%Y-%m-%d}.html")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def my_name(request: HttpRequest) -> HttpResponse:
    """Correct the own name as the pages show it."""
    user = signed_in(request)
    form = OwnNameForm(
        request.POST if request.method == "POST" else None, initial={"full_name": user.full_name}
    )
    if form.is_valid():
        try:
            rename_user(user, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Your name is changed."))
            return redirect("accounts:my-data")
    return _page(request, form, _("Correct my name"), _("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
def my_request(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for a correction or for the erasure of the own data.

    Raises:
        Http404: there is no such kind.
    """
    if kind not in RequestKind.values:
        raise Http404
    user = signed_in(request)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = ask(user, kind, actor=request_actor(request), text=form.cleaned_data["text"])
        except ValidationError as error:
            show_errors(form, error)
        else:
            day = f"{asked.due_on:%d.%m.%Y}"
            messages.success(
                request, _("Your request is sent. The answer comes until %(day)s.") % {"day": day}
            )
            return redirect("accounts:my-data")
    leads = {
        RequestKind.CORRECT: _(
            "The registry is corrected by your coordinator: say what is wrong and what is right."
        ),
        RequestKind.ERASE: _(
            "Your name and addresses are replaced by a pseudonym, the account is closed. Numbers and official "
            "documents stay as they are. It cannot be undone."
        ),
    }
    title = str(RequestKind(kind).label)
    return _page(
        request, form, title[:1].upper() + title[1:], _("Send the request"), lead=leads[RequestKind(kind)]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def my_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Show the whole text of a consent, and nothing else; give it.

    Raises:
        Http404: there is no text for this purpose.
    """
    text = current_texts().get(purpose)
    if text is None:
        raise Http404
    user = signed_in(request)
    if request.method == "POST":
        _give(request, user, text)
        return redirect("accounts:my-data")
    context = {"text": text, "person": user, "breadcrumbs": _crumbs((text.title, ""))}
    return render(request, "accounts/my_consent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def my_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an own consent; its consequences are shown before."""
    user = signed_in(request)
    consent = get_object_or_404(
        Consent.objects.live().select_related("text", "person", "user"), pk=pk, **holder_of(user)
    )
    if request.method == "POST":
        try:
            withdraw_consent(
                consent,
                actor=request_actor(request),
                withdrawn_on=timezone.localdate(),
                way=ConsentWay.ELECTRONIC,
            )
        except ValidationError as error:
            for words in error.messages:
                messages.error(request, words)
        else:
            messages.success(request, _("The consent is withdrawn."))
        return redirect("accounts:my-data")
    context = {"consent": consent, "breadcrumbs": _crumbs((_("Withdraw a consent"), ""))}
    return render(request, "accounts/my_withdrawal.html", context)


def _give(request: HttpRequest, user: User, text: Any) -> None:
    if user.is_demo:
        messages.error(request, _("A demonstration account is shared by everybody: it consents to nothing."))
        return
    try:
        give_consent(
            user,
            text,
            actor=request_actor(request),
            given_on=timezone.localdate(),
            way=ConsentWay.ELECTRONIC,
        )
    except ValidationError as error:
        for words in error.messages:
            messages.error(request, words)
    else:
        messages.success(request, _("The consent is given. You can withdraw it here at any time."))


def _as_json(holding: Holding) -> dict[str, Any]:
    rows = [dict(zip(holding.columns, map(_plain, row), strict=True)) for row in holding.rows]
    return {"key": holding.key, "title": str(holding.title), "rows": rows}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _page(request: HttpRequest, form: Any, title: str, submit: str, *, lead: Any = "") -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit": submit,
        "back": reverse("accounts:my-data"),
        "breadcrumbs": _crumbs((title, "")),
    }
    return render(request, FORM, context, status=400 if form.errors else 200)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    own = reverse("accounts:my-data") if rest else ""
    return [(_("My profile"), reverse("accounts:profile")), (_("My data"), own), *rest]
