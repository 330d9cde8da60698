"""Pages of the guide: the questions, then the proposal with reasons and the choice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor
from mayak.matching.enums import NetworkModel
from mayak.networks.forms.networks import ChooseForm, GuideForm
from mayak.networks.models import Network
from mayak.networks.selectors.network_rules import cards_of, questions_of
from mayak.networks.services.network_guide import answer_guide, choose_model
from mayak.networks.views.network_common import crumbs, form_page, kept_network, network_url, posted


@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the questions."""
    found = kept_network(request, pk)
    rows = questions_of(found.school_year.start_year)
    form = GuideForm(posted(request), guide=rows, initial=found.answers)
    return form_page(
        request,
        form,
        lambda values: answer_guide(found, actor=request_actor(request), answers=values),
        title=_("Which model fits"),
        lead=_(
            "Answer what you know; the rest may stay open. The points behind the answers are an assumption of ours."
        ),
        submit=_("Propose a model"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The answers are kept. Here is what they speak for."),
        target=lambda made: reverse("networks:network-choose", args=[made.pk]),
    )


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the proposal with its reasons and take the choice."""
    found = kept_network(request, pk)
    cards = {one.code: one for one in cards_of(found.school_year.start_year)}
    codes = [one["model"] for one in found.proposal] or [
        code for code in cards if found.parent_id is None or code != NetworkModel.MIXED
    ]
    if not codes:
        return redirect(network_url(found))
    names = dict(NetworkModel.choices)
    form = ChooseForm(
        posted(request),
        models=[(code, names.get(code, code)) for code in codes],
        initial={"model": found.model or codes[0], "reason": found.choice_reason},
    )
    return form_page(
        request,
        form,
        lambda values: choose_model(found, actor=request_actor(request), **values),
        title=_("Choose the model"),
        submit=_("Choose this model"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The model is chosen. The page now shows which documents it needs."),
        template="networks/network_choose.html",
        context={"network": found, "proposals": _proposals(found, cards)},
    )


def _proposals(network: Network, cards: dict[str, Any]) -> list[dict[str, Any]]:
    """The models with points and reasons as the page shows them, the best first."""
    names = dict(NetworkModel.choices)
    return [
        {
            "name": names.get(one["model"], one["model"]),
            "points": ngettext("%(count)s point", "%(count)s points", abs(one["points"]))
            % {"count": one["points"]},
            "pros": [text for text, _points in one["pros"]],
            "cons": [text for text, _points in one["cons"]],
            "card": cards.get(one["model"]),
        }
        for one in network.proposal
    ]
