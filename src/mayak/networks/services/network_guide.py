"""The guide: answers are kept, the proposal with its reasons too, then a model is chosen and the others rejected."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.matching.enums import NetworkModel
from mayak.networks.algorithms.guide import Proposal, Reason, propose, why_not
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network
from mayak.networks.selectors.network_rules import cards_of, plain_questions, questions_of
from mayak.networks.services.network_guard import hold_network, log_network


@transaction.atomic
def answer_guide(network: Network, *, actor: Actor, answers: Mapping[str, str]) -> Network:
    """Keep the answers and what the guide proposes by them.

    Args:
        network: whose model is looked for.
        actor: who.
        answers: code of the option by code of the question; what is not known is left out.

    Raises:
        ValidationError: nothing is answered, an option is unknown, or the network is closed.
    """
    held = hold_network(network)
    questions = questions_of(held.school_year.start_year)
    known = {row.code: {str(one["code"]) for one in row.options} for row in questions}
    given = {code: option for code, option in answers.items() if option}
    if not given:
        raise ValidationError(_("Answer at least one question."))
    for code, option in given.items():
        if option not in known.get(code, set()):
            raise ValidationError(_("Choose the answers from the list."), code="choice")
    order = [card.code for card in cards_of(held.school_year.start_year) if _is_possible(held, card.code)]
    before = snapshot(held)
    held.answers = given
    held.proposal = [_plain(one) for one in propose(plain_questions(questions), given, order)]
    held.save(update_fields=["answers", "proposal"])
    log_network(held, held, actor=actor, action="answer", before=before)
    return held


@transaction.atomic
def choose_model(network: Network, *, actor: Actor, model: str, reason: str = "") -> Network:
    """Choose the model; the rejected ones are kept with what speaks against them.

    Raises:
        ValidationError: the model is none of the list, another than the proposed one without a reason, a mixed one
            for a part, or the network has parts and would cease to be mixed.
    """
    held = hold_network(network)
    if model not in NetworkModel.values or not _is_possible(held, model):
        raise ValidationError({"model": _("Choose the model from the list.")})
    proposals = [_proposal(one) for one in held.proposal]
    is_proposed = bool(proposals) and proposals[0].model == model
    if not is_proposed and not reason.strip():
        raise ValidationError({"reason": _("Say why this model and not the proposed one.")})
    if model != NetworkModel.MIXED and held.parts.exists():
        raise ValidationError({"model": _("The network has parts, so it stays mixed.")})
    if held.state != NetworkState.DRAFT and not reason.strip():
        raise ValidationError({"reason": _("The network works already: say why its model changes.")})
    before = snapshot(held)
    held.model, held.choice_reason = model, reason.strip()
    held.rejected = _rejected(proposals, model)
    held.full_clean()
    held.save(update_fields=["model", "choice_reason", "rejected"])
    log_network(held, held, actor=actor, action="choose", before=before)
    return held


def _is_possible(network: Network, model: str) -> bool:
    return network.parent_id is None or model != NetworkModel.MIXED


def _rejected(proposals: list[Proposal], model: str) -> list[dict[str, Any]]:
    chosen = next((one for one in proposals if one.model == model), None)
    if chosen is None:
        return []
    return [
        {"model": one.model, "points": one.points, "why": list(why_not(one, chosen))}
        for one in proposals
        if one.model != model
    ]


def _plain(one: Proposal) -> dict[str, Any]:
    return {
        "model": one.model,
        "points": one.points,
        "pros": [[reason.text, reason.points] for reason in one.pros],
        "cons": [[reason.text, reason.points] for reason in one.cons],
    }


def _proposal(data: Mapping[str, Any]) -> Proposal:
    return Proposal(
        model=data["model"],
        points=data["points"],
        pros=tuple(Reason(text, points) for text, points in data["pros"]),
        cons=tuple(Reason(text, points) for text, points in data["cons"]),
    )
