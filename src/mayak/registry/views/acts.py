"""Pages of legal acts and the download of their scans."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from mayak.kernel.access.requests import request_scope
from mayak.kernel.uploads.kinds import ending_of, send_paper
from mayak.registry.enums import ActState
from mayak.registry.filters import ActFilter
from mayak.registry.forms.programmes import ActForm
from mayak.registry.models import LegalAct
from mayak.registry.permissions import can_edit_territory
from mayak.registry.services.acts import cancel_act, register_act, update_act
from mayak.registry.tables import ActTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Deed, Noun
from mayak.registry.views.organisations import link
from mayak.registry.views.people import archive_deeds, archive_lead


def _facts(row: LegalAct) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Title"), row.title),
        (_("Kind"), row.get_kind_display()),
        (_("Number"), row.number),
        (_("Date"), row.date),
        (_("Issued by"), row.issuer),
        (_("State"), row.get_state_display()),
        (_("Replaced by"), link("acts", row.replaced_by) if row.replaced_by else None),
        (_("Territory"), row.territory),
    ]


def _more(_request: HttpRequest, row: LegalAct) -> Mapping[str, Any]:
    return {"scan_url": reverse("registry:act-scan", args=[row.pk]) if row.scan else ""}


NOUN = Noun(
    name="acts",
    model=LegalAct,
    title=gettext_lazy("Legal acts"),
    new_title=gettext_lazy("Register an act"),
    rows=lambda scope: LegalAct.objects.within(scope).select_related("territory", "replaced_by"),
    form=ActForm,
    create=lambda form, actor: register_act(actor=actor, **form.values),
    update=lambda row, form, actor: update_act(row, actor=actor, **form.values),
    facts=_facts,
    may_edit=lambda scope, row: can_edit_territory(scope, row.territory),
    multipart=True,
    lead=archive_lead,
    more=_more,
    deeds=(
        Deed(
            "cancel",
            gettext_lazy("Mark as cancelled"),
            gettext_lazy("Mark the act as cancelled? What cites it will be shown as a finding."),
            cancel_act,
            lambda row: row.state in (ActState.IN_FORCE, ActState.AMENDED),
        ),
        *archive_deeds(),
    ),
)


class ActList(NounList):
    """Acts of the scope and of the territories above it."""

    table_class = ActTable
    filter_class = ActFilter
    export_name = "acts"
    empty_title = gettext_lazy("No legal acts yet")
    empty_text = gettext_lazy("Register the orders to which programmes and groups refer.")


class ScanDownload(View):
    """The scan of an act that the user may see; never shown inside a page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send the file."""
        act = get_object_or_404(LegalAct.objects.within(request_scope(request)), pk=pk)
        name = f"{act}{ending_of(str(act.scan.name or ''))}"
        return send_paper(act.scan, name, missing=_("This act has no scan."))
