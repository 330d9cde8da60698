"""Pages of the register of consents."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.enums import ConsentWay
from mayak.accounts.filters import ConsentFilter
from mayak.accounts.forms.consents import BulkForm, PaperForm, WithdrawForm
from mayak.accounts.models import Consent, ConsentQuerySet, MentoringTerms
from mayak.accounts.permissions import may_keep_consents, request_scope_of
from mayak.accounts.selectors import request_role
from mayak.accounts.selectors.consents import consents_of, purposes_of
from mayak.accounts.services.consents import give_consent, give_many, withdraw_consent
from mayak.accounts.services.reading import note_reading
from mayak.accounts.tables import ConsentTable
from mayak.accounts.views.people import FORM, show_errors
from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.kernel.uploads.kinds import ending_of, send_paper
from mayak.registry.models import Person


def keeping(request: HttpRequest) -> Scope:
    """Return the scope in which this user keeps consents.

    Raises:
        PermissionDenied: in none.
    """
    scope = request_scope(request)
    if not may_keep_consents(scope):
        raise PermissionDenied(
            _("Consents are kept by coordinators, heads of schools and school coordinators.")
        )
    return scope


class ConsentList(ListPage):
    """All consents of the scope."""

    title = gettext_lazy("Consents")
    lead = gettext_lazy("Who has consented to what, with the version of the text. A paper for each purpose.")
    table_class = ConsentTable
    filter_class = ConsentFilter
    export_name = "consents"
    empty_title = gettext_lazy("No consents yet")
    empty_text = gettext_lazy("Print a blank, let it be signed, record it here.")
    empty_url_name = "accounts:consent-texts"
    empty_label = gettext_lazy("Texts and blanks")

    def get_queryset(self) -> ConsentQuerySet:
        """Return the consents of the people of the scope."""
        return consents_of(keeping(self.request))

    def get_actions(self) -> list[Action]:
        """Return the ways on."""
        held, scope = request_role(self.request), request_scope(self.request)
        actions = [
            Action(_("Record signed papers"), reverse("accounts:consents-bulk"), primary=True),
            Action(_("Texts and blanks"), reverse("accounts:consent-texts")),
            Action(_("Papers of mentors"), reverse("accounts:mentoring")),
        ]
        if not request_scope_of(held, scope).is_empty:
            actions.append(Action(_("Requests of people"), reverse("accounts:requests")))
        return actions


@require_GET
def person_consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a person has consented to; the person sees who looked."""
    scope = keeping(request)
    person = get_object_or_404(Person.objects.within(scope).select_related("territory"), pk=pk)
    note_reading(person, "consents", actor=request_actor(request))
    context = {
        "person": person,
        "lines": purposes_of(person),
        "history": consents_of(scope).filter(person=person),
        "terms": MentoringTerms.objects.within(scope).filter(person=person).select_related("organisation"),
        "may_erase": request_scope_of(request_role(request), scope).covers_territory(
            person.territory.path or ""
        ),
        "breadcrumbs": crumbs((str(person), "")),
    }
    return render(request, "accounts/person_consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a paper of one person."""
    person = get_object_or_404(Person.objects.within(keeping(request)), pk=pk)
    is_sent = request.method == "POST"
    form = PaperForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            give_consent(
                person, values.pop("text"), actor=request_actor(request), way=ConsentWay.PAPER, **values
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The consent is recorded."))
            return redirect("accounts:consents-person", pk=person.pk)
    back = reverse("accounts:consents-person", args=[person.pk])
    return page(request, form, _("Record a consent of %(person)s") % {"person": person}, _("Record"), back)


@require_http_methods(["GET", "HEAD", "POST"])
def consents_bulk(request: HttpRequest) -> HttpResponse:
    """Record papers of one kind that many people signed on one day."""
    form = BulkForm(request.POST if request.method == "POST" else None, scope=keeping(request))
    if form.is_valid():
        values = dict(form.cleaned_data)
        people, text = values.pop("people"), values.pop("text")
        try:
            given, known = give_many(
                people, text, actor=request_actor(request), way=ConsentWay.PAPER, **values
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            told = ngettext("%(count)s consent is recorded.", "%(count)s consents are recorded.", given)
            known_words = ngettext(
                "%(count)s person had given it already.", "%(count)s people had given it already.", known
            )
            parts = [told % {"count": given}, *([known_words % {"count": known}] if known else [])]
            messages.success(request, " ".join(parts))
            return redirect("accounts:consents")
    back = reverse("accounts:consents")
    return page(request, form, _("Record signed papers"), _("Record"), back)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a consent by a paper; what it means is said before."""
    consent = get_object_or_404(consents_of(keeping(request)), pk=pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw_consent(consent, actor=request_actor(request), way=ConsentWay.PAPER, **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The consent is withdrawn."))
            return redirect(_back(consent))
    title = _("Withdraw: %(consent)s") % {"consent": consent}
    lead = consent.text.consequences
    return page(request, form, title, _("Withdraw"), _back(consent), lead=lead)


@require_GET
def consent_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the scan as a download; the person sees who took it.

    Raises:
        Http404: there is none.
    """
    consent = get_object_or_404(consents_of(keeping(request)), pk=pk)
    name = f"consent-{consent.pk}{ending_of(consent.scan.name or '')}"
    response = send_paper(consent.scan, name, missing=_("There is no scan."))
    assert consent.holder is not None  # noqa: S101  # a constraint of the table
    note_reading(consent.holder, "consents", actor=request_actor(request), instance=consent)
    return response


def page(
    request: HttpRequest, form: Any, title: str, submit: str, back: str, *, lead: Any = ""
) -> HttpResponse:
    """Show a form with the way back."""
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit": submit,
        "back": back,
        "breadcrumbs": crumbs((title, "")),
    }
    return render(request, FORM, context, status=400 if form.errors else 200)


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the way here."""
    return [(_("Consents"), reverse("accounts:consents")), *rest]


def _back(consent: Consent) -> str:
    if consent.person_id is None:
        return reverse("accounts:consents")
    return reverse("accounts:consents-person", args=[consent.person_id])
