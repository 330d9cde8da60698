"""Pages of the centre, the directions, the documents and the self-check of a network."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.enums.networks import DirectionKind, DocumentState, DocumentSubject
from mayak.networks.forms.networks import CentreForm, DirectionForm, DocumentForm, SelfCheckForm
from mayak.networks.models import (
    CoordinationCentre,
    DocumentRequirement,
    Network,
    NetworkDocument,
    NetworkMember,
)
from mayak.networks.selectors.network_checks import SelfCheck, self_check
from mayak.networks.selectors.network_rules import check_items_of, requirements_of
from mayak.networks.services.network_papers import (
    remove_centre,
    save_centre,
    save_check_answers,
    save_direction,
    save_document,
)
from mayak.networks.views.network_common import (
    crumbs,
    do_post,
    form_page,
    kept_network,
    network_url,
    posted,
)


@require_http_methods(["GET", "POST"])
def centre(request: HttpRequest, pk: int, centre_pk: int | None = None) -> HttpResponse:
    """Name a coordination centre or change it."""
    found = kept_network(request, pk)
    row = get_object_or_404(found.centres.all(), pk=centre_pk) if centre_pk else None
    shown = get_object_or_404(found.centres.all(), pk=centre_pk) if centre_pk else CoordinationCentre()
    form = CentreForm(posted(request), instance=shown, scope=request_scope(request))
    return form_page(
        request,
        form,
        lambda values: save_centre(found, actor=request_actor(request), centre=row, **values),
        title=_("Coordination centre"),
        lead=_("Without an act that gives management functions a centre directs nobody."),
        way=crumbs(found),
        back=network_url(found),
        success=_("The centre is saved."),
    )


@require_POST
def drop_centre(request: HttpRequest, pk: int, centre_pk: int) -> HttpResponse:
    """Take a centre back."""
    found = kept_network(request, pk)
    row = get_object_or_404(found.centres.all(), pk=centre_pk)
    return do_post(
        request,
        lambda: remove_centre(row, actor=request_actor(request)),
        success=_("The centre is taken back."),
        back=network_url(found),
    )


@require_http_methods(["GET", "POST"])
def direction(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Write what is planned and done in a direction."""
    found = kept_network(request, pk)
    if kind not in DirectionKind.values:
        raise Http404
    form = DirectionForm(posted(request), instance=found.directions.filter(kind=kind).first())
    return form_page(
        request,
        form,
        lambda values: save_direction(found, actor=request_actor(request), kind=kind, **values),
        title=DirectionKind(kind).label,
        lead=_("Elsewhere only the methodical direction was worked at; the others were forgotten."),
        way=crumbs(found),
        back=network_url(found),
        success=_("The direction is saved."),
    )


@require_http_methods(["GET", "POST"])
def document(
    request: HttpRequest, pk: int, requirement_pk: int, member_pk: int | None = None
) -> HttpResponse:
    """Write what is known of a required document of the network or of a member."""
    found = kept_network(request, pk)
    rule = _requirement(found, requirement_pk)
    member = None
    if rule.subject == DocumentSubject.MEMBER:
        member = get_object_or_404(found.members.select_related("organisation"), pk=member_pk or 0)
    elif member_pk:
        raise Http404
    form = DocumentForm(
        posted(request), instance=_document(found, rule, member), scope=request_scope(request)
    )
    return form_page(
        request,
        form,
        lambda values: save_document(found, rule, actor=request_actor(request), member=member, **values),
        title=rule.title,
        lead=member.organisation if member else found.name,
        way=crumbs(found),
        back=network_url(found),
        success=_("The document is saved."),
    )


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the self-check."""
    found = kept_network(request, pk)
    state = self_check(found)
    rows = check_items_of(found.school_year.start_year)
    form = SelfCheckForm(posted(request), check_items=rows, initial=_initial(state))
    return form_page(
        request,
        form,
        lambda _values: save_check_answers(found, actor=request_actor(request), answers=form.values),
        title=_("Self-check of the network"),
        lead=_("Three conditions, eight characteristics and five levels of online mentoring."),
        submit=_("Save the answers"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The answers are saved."),
        template="networks/network_check.html",
        context={"network": found, "groups": _groups(form, state)},
    )


def _requirement(network: Network, pk: int) -> DocumentRequirement:
    """Return a document that the model of the network needs in its year."""
    needed = requirements_of(DocumentRequirement.objects.all(), network.model, network.school_year.start_year)
    found = next((row for row in needed if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _document(network: Network, rule: DocumentRequirement, member: NetworkMember | None) -> NetworkDocument:
    found = network.documents.filter(requirement__code=rule.code, member=member).first()
    return found or NetworkDocument(
        network=network, requirement=rule, member=member, state=DocumentState.SIGNED
    )


def _initial(state: SelfCheck) -> dict[str, Any]:
    lines = [
        *state.conditions,
        *state.characteristics,
        *(one for level in state.levels for one in level.lines),
    ]
    found = {}
    for line in lines:
        found[line.item.code] = line.answer.answer if line.answer else ""
        found[f"note-{line.item.code}"] = line.answer.note if line.answer else ""
    return found


def _groups(form: SelfCheckForm, state: SelfCheck) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """The fields under their headings."""
    groups: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (_("Conditions of a network"), form.lines([line.item for line in state.conditions])),
        (_("Characteristics of a network"), form.lines([line.item for line in state.characteristics])),
    ]
    for level in state.levels:
        title = _("Online mentoring, level %(number)s: %(title)s") % {
            "number": level.number,
            "title": level.title,
        }
        groups.append((title, form.lines([line.item for line in level.lines])))
    return groups
