"""Answering by a personal link or signed in: the same page, the same promise.

Nothing of an answer goes into a log, a message or the session; the address of the page never leaves it as a referrer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from mayak.accounts.enums import Guess
from mayak.accounts.models import User
from mayak.accounts.selectors.sign_in import client_address
from mayak.accounts.services.throttling import count_attempt
from mayak.kernel.access.requests import request_actor
from mayak.surveys.algorithms.answering import clean_answers
from mayak.surveys.algorithms.definition import Fault, Question
from mayak.surveys.models import SurveyInvitation
from mayak.surveys.selectors.answering import (
    Openness,
    answer_page,
    find_by_token,
    openness,
    with_round,
    worded,
)
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.selectors.common_result import common_result
from mayak.surveys.selectors.participation import invitations_of
from mayak.surveys.services.answer_files import drop_unused_files, keep_answer_file
from mayak.surveys.services.mixing import batch_of
from mayak.surveys.services.reading_form import read_answers
from mayak.surveys.services.submitting import digest_of, save_draft, submit_answers

CHANGE = "change"
MAY_NOT, OVER, WRONG = 403, 409, 422


@dataclass(frozen=True, slots=True)
class Visit:
    """Who answers and by which address."""

    invitation: SurveyInvitation
    url: str
    draft_url: str
    secret: str

    @property
    def draft(self) -> Mapping[str, Any]:
        """What a named round has kept of this person."""
        found = (
            getattr(self.invitation, "response", None) if not self.invitation.audience.is_anonymous else None
        )
        return found.answers if found else {}


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by the link of a letter."""
    return quiet(_visit(request, _by_token(request, token)))


@sensitive_post_parameters()
@login_not_required
@require_POST
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the draft of a named round."""
    return quiet(_draft(request, _by_token(request, token)))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def mine_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer signed in."""
    return quiet(_visit(request, _own(request, pk)))


@sensitive_post_parameters()
@require_POST
def mine_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft of a named round, signed in."""
    return quiet(_draft(request, _own(request, pk)))


@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest) -> HttpResponse:
    """List the surveys to which the user is invited."""
    rows = list(invitations_of(request.user)) if isinstance(request.user, User) else []
    shown = [row for row in rows if openness(row.audience.campaign) != Openness.NOT_YET]
    context = {
        "open": [row for row in shown if openness(row.audience.campaign) == Openness.OPEN],
        "over": [row for row in shown if openness(row.audience.campaign) == Openness.OVER],
        "breadcrumbs": [(_("My surveys"), "")],
    }
    return render(request, "surveys/mine.html", context)


def quiet(response: HttpResponse) -> HttpResponse:
    """Keep the secret of the address out of referrers and search machines; the origin alone is what CSRF needs."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the script of the page asks, which sends again until it is answered."""
    return request.headers.get("Accept", "").startswith("application/json")


def _by_token(request: HttpRequest, token: str) -> Visit:
    invitation = find_by_token(digest_of(token))
    if invitation is None:
        count_attempt(Guess.LINK_FROM, client_address(request))
        raise Http404
    return Visit(
        invitation, reverse("surveys:answer", args=[token]), reverse("surveys:draft", args=[token]), token
    )


def _own(request: HttpRequest, pk: int) -> Visit:
    found = get_object_or_404(invitations_of(request.user), pk=pk).pk
    return Visit(
        with_round(found),
        reverse("surveys:mine-answer", args=[pk]),
        reverse("surveys:mine-draft", args=[pk]),
        f"own {pk}",
    )


def _visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    campaign = visit.invitation.audience.campaign
    state = openness(campaign)
    if visit.invitation.answered and (visit.invitation.audience.is_anonymous or state != Openness.OPEN):
        return _already(request, visit)
    if state != Openness.OPEN:
        return closed_page(request, campaign, state)
    if request.method == "POST":
        return _submit(request, visit)
    if visit.invitation.answered and CHANGE not in request.GET:
        return thanks(request, visit.invitation.audience, visit.url, may_change=True)
    return _form(request, visit, visit.draft)


def _already(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method == "POST" and wants_json(request):
        return JsonResponse({"state": "already", "next": visit.url})
    return thanks(request, visit.invitation.audience, visit.url, is_again=request.method == "POST")


@sensitive_variables()
def _submit(request: HttpRequest, visit: Visit) -> HttpResponse:
    invitation = visit.invitation
    audience = invitation.audience
    definition = definition_of(audience)
    given, faults = _read(request, visit)
    answers, found = clean_answers(definition, given)
    faults += [fault for fault in found if fault.place not in {one.place for one in faults}]
    if faults:
        if not audience.is_anonymous and not invitation.answered:
            save_draft(invitation, given)
            drop_unused_files(invitation, given)
        return _wrong(request, visit, given, faults)
    try:
        outcome = submit_answers(invitation, answers, actor=request_actor(request))
    except ValidationError as error:
        return refused(request, audience.campaign, " ".join(error.messages))
    if request.FILES and not audience.is_anonymous:
        drop_unused_files(invitation, answers)
    if wants_json(request):
        return JsonResponse({"state": outcome.value, "next": visit.url})
    return redirect(visit.url)


@sensitive_variables()
def _read(request: HttpRequest, visit: Visit) -> tuple[dict[str, Any], list[Fault]]:
    """Return what was posted and which files are not taken; files are kept in a named round only."""
    invitation, faults = visit.invitation, list[Fault]()
    definition = definition_of(invitation.audience)
    if invitation.audience.is_anonymous:
        return read_answers(definition, request.POST, earlier=visit.draft), faults

    def keep(question: Question, file: UploadedFile[Any]) -> str | None:
        try:
            return keep_answer_file(invitation, question.code, file)
        except ValidationError as error:
            faults.append(Fault(question.code, "file_refused", {"words": " ".join(error.messages)}))
        return None

    given = read_answers(definition, request.POST, request.FILES, keep_file=keep, earlier=visit.draft)
    return given, faults


def _wrong(request: HttpRequest, visit: Visit, given: Mapping[str, Any], faults: list[Fault]) -> HttpResponse:
    if wants_json(request):
        return faults_json(visit.invitation.audience, faults)
    return _form(request, visit, given, faults)


def faults_json(audience: Any, faults: list[Fault]) -> JsonResponse:
    """Return what is wrong, for the script of the page."""
    rows = [
        {"question": fault.place, "anchor": f"q-{fault.place}", "text": words}
        for fault, words in worded(audience, faults, get_language() or "ru")
    ]
    return JsonResponse({"state": "wrong", "faults": rows}, status=WRONG)


def refused(request: HttpRequest, campaign: Any, text: str) -> HttpResponse:
    """Say why answers are not taken."""
    if wants_json(request):
        return JsonResponse({"state": "over", "text": text}, status=OVER)
    return closed_page(request, campaign, Openness.OVER)


def _draft(request: HttpRequest, visit: Visit) -> HttpResponse:
    definition = definition_of(visit.invitation.audience)
    if visit.invitation.answered or openness(visit.invitation.audience.campaign) != Openness.OPEN:
        return JsonResponse({"state": "over"}, status=OVER)
    given = read_answers(definition, request.POST, earlier=visit.draft)
    try:
        save_draft(visit.invitation, clean_answers(definition, given, complete=False)[0])
    except ValidationError as error:
        return JsonResponse({"state": "refused", "text": " ".join(error.messages)}, status=MAY_NOT)
    return JsonResponse({"state": "kept"})


def _form(
    request: HttpRequest, visit: Visit, answers: Mapping[str, Any], faults: list[Fault] | None = None
) -> HttpResponse:
    audience = visit.invitation.audience
    page = answer_page(
        audience,
        secret=visit.secret,
        language=get_language() or "ru",
        answers=answers,
        faults=faults or [],
        least=batch_of(audience.campaign),
    )
    context = {
        "page": page,
        "action": visit.url,
        "draft_url": "" if audience.is_anonymous else visit.draft_url,
        "has_answered": visit.invitation.answered,
    }
    return render(request, "surveys/answer.html", context, status=400 if faults else 200)


def thanks(
    request: HttpRequest,
    audience: Any,
    url: str,
    *,
    may_change: bool = False,
    is_again: bool = False,
    other_url: str = "",
) -> HttpResponse:
    """Say that the answer has come, with the common result where the round allows it."""
    campaign = audience.campaign
    context = {
        "campaign": campaign,
        "audience": audience,
        "is_again": is_again,
        "change_url": f"{url}?{CHANGE}" if may_change else "",
        "other_url": other_url,
        "result": common_result(audience, get_language() or "ru") if campaign.shows_common_result else None,
    }
    return render(request, "surveys/thanks.html", context)


def closed_page(request: HttpRequest, campaign: Any, state: Openness) -> HttpResponse:
    """Say that the round has not begun or is over."""
    if request.method == "POST" and wants_json(request):
        return JsonResponse(
            {"state": "over", "text": _("The survey is over: answers are not taken any more.")}, status=OVER
        )
    context = {"campaign": campaign, "is_over": state == Openness.OVER}
    return render(request, "surveys/closed.html", context, status=409 if request.method == "POST" else 200)
