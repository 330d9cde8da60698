"""Pages of the papers of mentors (art. 351.8 of the Labour Code)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.enums import EndedBy, TermsState
from mayak.accounts.filters import TermsFilter
from mayak.accounts.forms.terms import EndTermsForm, NewTermsForm, TermsForm
from mayak.accounts.models import MentoringTerms
from mayak.accounts.selectors.consents import terms_of
from mayak.accounts.services.reading import note_reading
from mayak.accounts.services.terms import end_terms, last_day_after, record_terms, update_terms
from mayak.accounts.tables import TERMS_TONES, TermsTable
from mayak.accounts.views.consents import crumbs, keeping, page
from mayak.accounts.views.people import show_errors
from mayak.kernel.access.requests import request_actor
from mayak.kernel.ui.fields import FieldRow
from mayak.kernel.ui.lists import Action, ListPage


class TermsList(ListPage):
    """Papers of mentors of the scope."""

    title = gettext_lazy("Papers of mentors")
    lead = gettext_lazy(
        "What art. 351.8 of the Labour Code wants in writing: consent, content, term, form and pay."
    )
    table_class = TermsTable
    filter_class = TermsFilter
    export_name = "mentoring"
    empty_title = gettext_lazy("No papers of mentors yet")

    def get_queryset(self) -> QuerySet[MentoringTerms]:
        """Return the papers of the employers of the scope."""
        return terms_of(keeping(self.request))

    def get_actions(self) -> list[Action]:
        """Return the way to a new one."""
        return [Action(_("Record a supplement"), reverse("accounts:mentoring-new"), primary=True)]

    def get_breadcrumbs(self) -> list[tuple[object, str]]:
        """Return the way here."""
        return crumbs()


@require_http_methods(["GET", "HEAD", "POST"])
def terms_new(request: HttpRequest) -> HttpResponse:
    """Record a supplement."""
    form: Any = NewTermsForm(request.POST if request.method == "POST" else None, scope=keeping(request))
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            terms = record_terms(
                values.pop("person"), values.pop("organisation"), actor=request_actor(request), **values
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The supplement is recorded."))
            return redirect("accounts:mentoring-detail", pk=terms.pk)
    return page(request, form, _("Record a supplement"), _("Record"), reverse("accounts:mentoring"))


@require_GET
def terms_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a supplement; the mentor sees who looked."""
    terms = get_object_or_404(terms_of(keeping(request)), pk=pk)
    note_reading(terms.person, "terms", actor=request_actor(request), instance=terms)
    context = {
        "terms": terms,
        "tone": TERMS_TONES[terms.state],
        "is_open": terms.state not in {TermsState.NOTICE, TermsState.ENDED},
        "rows": _rows(terms),
        "breadcrumbs": crumbs(
            (_("Papers of mentors"), reverse("accounts:mentoring")), (str(terms.person), "")
        ),
    }
    return render(request, "accounts/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a supplement."""
    scope = keeping(request)
    terms = get_object_or_404(terms_of(scope), pk=pk)
    kept = MentoringTerms.objects.get(pk=pk)  # the form writes its values into the instance
    form: Any = TermsForm(request.POST if request.method == "POST" else None, instance=kept, scope=scope)
    if form.is_valid():
        try:
            update_terms(terms, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The supplement is changed."))
            return redirect("accounts:mentoring-detail", pk=pk)
    return page(request, form, _("Correct the supplement"), _("Save"), _address(terms))


@require_http_methods(["GET", "HEAD", "POST"])
def terms_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End mentoring by a notice; the last day is said before."""
    terms = get_object_or_404(terms_of(keeping(request)), pk=pk)
    form = EndTermsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_terms(terms, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The last day is %(day)s.") % {"day": f"{terms.last_day:%d.%m.%Y}"})
            return redirect("accounts:mentoring-detail", pk=pk)
    last = last_day_after(timezone.localdate(), EndedBy.MENTOR)
    lead = _(
        "Either side gives notice in writing three working days before (art. 351.8). "
        "With a notice of today the last day is %(day)s."
    ) % {"day": f"{last.day:%d.%m.%Y}"}
    if not last.is_calendar_known:
        lead += " " + _("The holidays of that year are not loaded: check the day by the calendar.")
    return page(request, form, _("End the mentoring"), _("Give notice"), _address(terms), lead=lead)


def _address(terms: MentoringTerms) -> str:
    return reverse("accounts:mentoring-detail", args=[terms.pk])


def _rows(terms: MentoringTerms) -> list[FieldRow]:
    return [
        FieldRow(_("Employer"), terms.organisation),
        FieldRow(_("Number of the supplement"), terms.number),
        FieldRow(_("Supplement signed"), terms.signed_on),
        FieldRow(_("Written consent of"), terms.consented_on),
        FieldRow(_("Content of the work"), terms.content),
        FieldRow(_("Form"), terms.form),
        FieldRow(_("From"), terms.starts_on),
        FieldRow(_("Until"), terms.ends_on),
        FieldRow(_("Pay"), terms.pay or (_("yes") if terms.is_paid else _("not paid"))),
        FieldRow(_("Pay a month, roubles"), terms.pay_amount),
        FieldRow(_("Order"), terms.act),
        FieldRow(_("Ended by"), terms.get_ended_by_display() if terms.ended_by else ""),
        FieldRow(_("Notice of"), terms.notice_on),
        FieldRow(_("Last day"), terms.last_day),
        FieldRow(_("Reason"), terms.end_reason),
    ]
