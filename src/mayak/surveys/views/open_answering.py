"""Answering by the open link of an organisation: students and parents, without an account and without an address."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from mayak.accounts.services.limits import HeavyUse, count_use
from mayak.surveys.algorithms.answering import clean_answers
from mayak.surveys.algorithms.definition import Fault
from mayak.surveys.models import OpenLink
from mayak.surveys.selectors.answering import Openness, answer_page, find_link, openness
from mayak.surveys.selectors.campaigns import definition_of
from mayak.surveys.services.mixing import batch_of
from mayak.surveys.services.reading_form import read_answers
from mayak.surveys.services.submitting import submit_by_link
from mayak.surveys.views.answering import closed_page, faults_json, quiet, refused, thanks, wants_json

GATE = "from"
GATES = frozenset({"14", "parents"})
"""What a student says before the first question: «I am 14 or older», «my parents allow it»."""
PAGE_NUMBER = "page"
AGAIN = "again"
REMEMBERED_FOR = 180 * 24 * 3600
"""Seconds for which this browser knows that it has answered."""


@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by an open link."""
    link = find_link(token)
    if link is None:
        raise Http404
    return quiet(_visit(request, link))


def _visit(request: HttpRequest, link: OpenLink) -> HttpResponse:
    state = openness(link.audience.campaign)
    if state == Openness.OPEN and link.is_closed:
        state = Openness.OVER
    if state != Openness.OPEN:
        return closed_page(request, link.audience.campaign, state)
    if request.method == "POST":
        return _submit(request, link)
    if _cookie(link) in request.COOKIES and AGAIN not in request.GET:
        return thanks(request, link.audience, _url(link), other_url=f"{_url(link)}?{AGAIN}")
    if link.audience.version.questionnaire.for_students and request.GET.get(GATE) not in GATES:
        context = {"campaign": link.audience.campaign, "organisation": link.organisation, "gate": GATE}
        return render(request, "surveys/gate.html", context)
    return _form(request, link, request.GET.get(GATE, ""), {})


@sensitive_variables()
def _submit(request: HttpRequest, link: OpenLink) -> HttpResponse:
    gate = request.POST.get(GATE, "")
    number = request.POST.get(PAGE_NUMBER, "")[:100]
    if (link.audience.version.questionnaire.for_students and gate not in GATES) or not number:
        return redirect(_url(link))
    count_use(HeavyUse.ANSWER, f"link:{link.pk}")
    definition = definition_of(link.audience)
    given = read_answers(definition, request.POST)
    answers, faults = clean_answers(definition, given)
    if faults:
        if wants_json(request):
            return faults_json(link.audience, faults)
        return _form(request, link, gate, given, faults=faults, number=number)
    try:
        outcome = submit_by_link(link, answers, page_number=number)
    except ValidationError as error:
        return refused(request, link.audience.campaign, " ".join(error.messages))
    url = _url(link)
    response: HttpResponse = (
        JsonResponse({"state": outcome.value, "next": url}) if wants_json(request) else redirect(url)
    )
    response.set_cookie(
        _cookie(link),
        "1",
        max_age=REMEMBERED_FOR,
        path=url,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _form(
    request: HttpRequest,
    link: OpenLink,
    gate: str,
    answers: Mapping[str, Any],
    *,
    faults: list[Fault] | None = None,
    number: str = "",
) -> HttpResponse:
    page = answer_page(
        link.audience,
        secret=link.token,
        language=get_language() or "ru",
        answers=answers,
        faults=faults or [],
        least=batch_of(link.audience.campaign),
    )
    context = {
        "page": page,
        "action": _url(link),
        "organisation": link.organisation,
        "hidden": {GATE: gate, PAGE_NUMBER: number or secrets.token_urlsafe(16)},
        "is_shared_device": True,
    }
    return render(request, "surveys/answer.html", context, status=400 if faults else 200)


def _url(link: OpenLink) -> str:
    return reverse("surveys:open-answer", args=[link.token])


def _cookie(link: OpenLink) -> str:
    return f"survey-{link.pk}"
