"""Pages of the life of an agreement: chain, signature, files, amendment, end, letter."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope, site_of
from mayak.kernel.uploads.kinds import send_paper
from mayak.networks.enums.agreements import AgreementEnd, AgreementFileKind
from mayak.networks.forms.agreements import (
    AgreementEndForm,
    AgreementFileForm,
    AgreementReasonForm,
    AmendmentForm,
    ApprovalForm,
    DecisionForm,
    SignForm,
)
from mayak.networks.models import Agreement, AgreementApproval, AgreementFile
from mayak.networks.permissions.agreements import can_decide_approval
from mayak.networks.services import agreement_life as life
from mayak.networks.services.agreement_files import add_file
from mayak.networks.services.agreement_reminders import recipients_of, send_reminder, write_reminder
from mayak.networks.services.agreements import create_amendment
from mayak.networks.views.agreement_common import (
    agreement_or_404,
    crumbs,
    do_post,
    form_page,
    kept_agreement,
    own_person_id,
    posted,
)


@require_http_methods(["GET", "POST"])
def approval_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody to the chain."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    form = ApprovalForm(posted(request), agreement=row, initial={"step_number": row.approvals.count() + 1})
    return form_page(
        request,
        form,
        lambda values: life.add_approval(row, actor=actor, **values),
        title=_("Who approves"),
        success=_("The chain is longer by one."),
        agreement=row,
        submit=_("Add"),
    )


@require_POST
def approval_drop(request: HttpRequest, pk: int, approval_pk: int) -> HttpResponse:
    """Take somebody out of the chain."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    link: AgreementApproval = get_object_or_404(row.approvals, pk=approval_pk)
    return do_post(
        request, row, lambda: life.drop_approval(link, actor=actor), success=_("The chain is shorter by one.")
    )


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the agreement round."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return do_post(
        request,
        row,
        lambda: life.send_for_approval(row, actor=actor),
        success=_("The agreement is being approved now."),
    )


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int, approval_pk: int) -> HttpResponse:
    """Say yes or return it with remarks."""
    row, actor = agreement_or_404(request, pk), request_actor(request)
    link: AgreementApproval = get_object_or_404(
        row.approvals.select_related("party", "agreement"), pk=approval_pk
    )
    if not can_decide_approval(request_scope(request), row, link, own_person_id(request)):
        raise PermissionDenied(_("This decision is another person's."))
    return form_page(
        request,
        DecisionForm(posted(request)),
        lambda values: life.decide_approval(link, actor=actor, **values),
        title=_("Decision: %(who)s") % {"who": link.label},
        success=_("The decision is kept."),
        agreement=row,
    )


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it agreed without the chain."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return form_page(
        request,
        AgreementReasonForm(posted(request)),
        lambda values: life.agree_without_chain(row, actor=actor, **values),
        title=_("Agreed on paper"),
        success=_("The text is agreed."),
        agreement=row,
        submit=_("The text is agreed"),
        lead=_("For an agreement that was approved or signed on paper before it was written down here."),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back to draft."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return form_page(
        request,
        AgreementReasonForm(posted(request)),
        lambda values: life.reopen_agreement(row, actor=actor, **values),
        title=_("Back to draft"),
        success=_("The agreement is a draft with a new version of its text."),
        agreement=row,
    )


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the signature."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    form = SignForm(posted(request), request.FILES or None, initial={"number": row.number})

    def act(values: dict[str, Any]) -> Agreement:
        scan = values.pop("scan")
        with transaction.atomic():
            if scan:
                try:
                    add_file(row, actor=actor, file=scan, kind=AgreementFileKind.SCAN)
                except ValidationError as error:
                    raise ValidationError({"scan": error.messages}) from error
            return life.sign_agreement(row, actor=actor, **values)

    return form_page(
        request,
        form,
        act,
        title=_("The agreement is signed"),
        success=_("The agreement is signed; its text is frozen."),
        agreement=row,
        submit=_("It is signed"),
        lead=_("From now on the text does not change; changes are made by an amendment."),
    )


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    form = AgreementFileForm(posted(request), request.FILES or None, agreement=row)
    return form_page(
        request,
        form,
        lambda values: add_file(row, actor=actor, **values),
        title=_("Add a file"),
        success=_("The file is kept."),
        agreement=row,
        submit=_("Add"),
        lead=_(
            "A signature file is kept and bound to the text by its hash. Mayak does not verify signatures."
        ),
    )


@require_GET
def file_send(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """Send a kept file."""
    found: AgreementFile = get_object_or_404(agreement_or_404(request, pk).files, pk=file_pk)
    return send_paper(found.file, found.name, missing=_("This file is not kept any more."))


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare an amendment."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    form = AmendmentForm(posted(request), initial={"ends_on": row.ends_on})
    return form_page(
        request,
        form,
        lambda values: create_amendment(row, actor=actor, **values),
        title=_("Prepare an amendment"),
        success=_("The amendment is a draft now: write what changes."),
        agreement=row,
        submit=_("Prepare"),
        target=lambda made: reverse("networks:agreement", args=[made.pk]),
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    first = AgreementEnd.CONSENT if row.is_signed else AgreementEnd.DROPPED
    form = AgreementEndForm(posted(request), initial={"end_kind": first})
    return form_page(
        request,
        form,
        lambda values: life.end_agreement(row, actor=actor, **values),
        title=_("End the agreement"),
        success=_("The agreement is ended."),
        agreement=row,
        submit=_("End"),
    )


@require_http_methods(["GET", "POST"])
def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter before the end and who gets it; send it now."""
    row = kept_agreement(request, pk)
    site = site_of(request)
    if request.method == "POST":
        try:
            made = send_reminder(row, actor=request_actor(request), site=site)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Letters sent: %(count)s.") % {"count": made.recipients})
        return redirect("networks:agreement", pk=row.pk)
    subject, text, _page = write_reminder(row, site=site)
    context = {
        "agreement": row,
        "subject": subject,
        "text": text,
        "recipients": recipients_of(row),
        "breadcrumbs": [*crumbs(row), (_("Letter before the end"), "")],
    }
    return render(request, "networks/agreement_reminder.html", context)
