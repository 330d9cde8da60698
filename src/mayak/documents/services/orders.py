"""The order that approves the list of network partnership: made, then registered when it is signed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.documents.algorithms.typography import enumeration, plain
from mayak.documents.enums import DocumentFormat, TemplateKind
from mayak.documents.models import GeneratedDocument
from mayak.documents.selectors.documents import registered_order
from mayak.documents.selectors.order import FORM_FIELDS, lines_of, order_context, order_title
from mayak.documents.services.rendering import render_docx
from mayak.documents.services.storing import log_document, read_fields, store_document
from mayak.documents.services.templates import template_for
from mayak.kernel.access import Actor
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.networks.services import set_basis_of_run
from mayak.registry.enums import ActKind, ActState
from mayak.registry.services.acts import register_act

NUMBER_LENGTH = 50
ISSUER_LENGTH = 300


@transaction.atomic
def make_partnership_order(run: MatchingRun, *, actor: Actor, fields: Mapping[str, Any]) -> GeneratedDocument:
    """Make the order of a pairing as a Word file and keep it; of a draft it is marked «ПРОЕКТ».

    Args:
        run: a computed pairing that is not archived.
        actor: who makes it.
        fields: values of ``FORM_FIELDS``; dates are ``datetime.date``.

    Raises:
        ValidationError: there is no pair, the pairing is archived, a field is wrong; the field is named.
    """
    run = (
        MatchingRun.objects.select_for_update(of=("self",))
        .select_related("territory", "school_year")
        .get(pk=run.pk)
    )
    chosen = {name: fields.get(name) for name in FORM_FIELDS}
    _check(run, chosen)
    template = template_for(TemplateKind.PARTNERSHIP_ORDER, run.territory)
    context = order_context(run, chosen)
    if not context["pairs"]:
        raise ValidationError(_("There is no pair to name in the order."))
    with template.file.open("rb") as file:
        content = render_docx(file.read(), context)
    return store_document(
        run,
        actor=actor,
        kind=TemplateKind.PARTNERSHIP_ORDER,
        file_format=DocumentFormat.DOCX,
        title=order_title(run),
        content=content,
        fields=chosen,
        template=template,
    )


@transaction.atomic
def register_order(
    document: GeneratedDocument, *, actor: Actor, number: str, date: dt.date
) -> GeneratedDocument:
    """Register the signed order: it becomes an act in force and the basis of the pairs that it names.

    The paper is made once more where it was printed without this number and date; the one that is returned is frozen.

    Raises:
        ValidationError: it is not an order of an approved pairing, an order is registered already, a field is wrong.
    """
    held = (
        GeneratedDocument.objects.select_for_update(of=("self",))
        .select_related("run", "territory")
        .get(pk=document.pk)
    )
    if held.kind != TemplateKind.PARTNERSHIP_ORDER or held.run is None or held.is_draft:
        raise ValidationError(_("Only the order of an approved pairing is registered."))
    fields = read_fields(held.fields)
    number = plain(number)
    _check_registration(held.run, number, date)
    if (fields.get("number"), fields.get("date")) != (number, date):
        fields |= {"number": number, "date": date}
        held = make_partnership_order(held.run, actor=actor, fields=fields)
    act = register_act(
        actor=actor,
        territory=held.territory,
        issuer=enumeration(lines_of(fields.get("authority")))[:ISSUER_LENGTH],
        kind=ActKind.DIRECTIVE,
        number=number,
        date=date,
        title=held.title,
        state=ActState.IN_FORCE,
    )
    held.act = act
    held.save(update_fields=["act"])
    run = held.run
    assert run is not None  # noqa: S101  # an order always has its pairing
    count = set_basis_of_run(run, actor=actor, act=act)
    log_document(held, actor=actor, action="register", changes={"act": act.pk, "pairs": count})
    return held


def _check(run: MatchingRun, fields: Mapping[str, Any]) -> None:
    if run.state == MatchingState.ARCHIVED:
        raise ValidationError(_("The pairing is in the archive; no paper is made of it."))
    number, date = plain(fields.get("number") or ""), fields.get("date")
    if run.state == MatchingState.DRAFT and (number or date):
        raise ValidationError(
            {"number": _("The pairs are not approved yet: a draft has neither number nor date.")}
        )
    if bool(number) != bool(date):
        raise ValidationError({"number": _("Give both number and date, or leave both empty.")})
    if len(number) > NUMBER_LENGTH:
        raise ValidationError(
            {"number": _("A number has at most %(count)s signs.") % {"count": NUMBER_LENGTH}}
        )
    if not lines_of(fields.get("authority")):
        raise ValidationError({"authority": _("Name the authority that issues the order.")})


def _check_registration(run: MatchingRun, number: str, date: dt.date) -> None:
    if run.state != MatchingState.APPROVED:
        raise ValidationError(_("Only the order of an approved pairing is registered."))
    if not number:
        raise ValidationError({"number": _("Enter the number of the signed order.")})
    MatchingRun.objects.select_for_update().get(pk=run.pk)
    if (known := registered_order(run)) is not None:
        raise ValidationError(
            _("The order of this pairing is registered already: %(act)s.") % {"act": known.act}
        )
    approved_on = run.approved_at.date() if run.approved_at else None
    if approved_on and date.year < approved_on.year - 1:
        raise ValidationError({"date": _("The date lies more than a year before the approval of the pairs.")})
