"""Letters to schools that have not answered: a look at them first, then a job."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.permissions import can_renew
from mayak.networks.selectors.partnership_life import waiting_answers
from mayak.networks.services.partnership_letters import AT_ONCE, ask_schools, letters_of, write_letter
from mayak.networks.views.partnership_life import NO_KEEP


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Show the letters on all proposals of the own territory that wait, and send them."""
    scope = request_scope(request)
    if not can_renew(scope):
        raise PermissionDenied(NO_KEEP)
    today = timezone.localdate()
    waiting = waiting_answers(scope).filter(_of_territory(scope.territory_paths, everything=scope.everything))
    open_rows = list(
        waiting.exclude(asked_on=today).select_related("mentee__territory", "lead", "school_year")[:AT_ONCE]
    )
    if request.method == "POST":
        try:
            site = f"{request.scheme}://{request.get_host()}"
            count = ask_schools(open_rows, actor=request_actor(request), site=site)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            words = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", count)
            messages.success(request, words % {"count": count})
        return redirect("networks:list")
    found = letters_of(open_rows)
    context = {
        "waiting": waiting.count(),
        "asked_today": waiting.filter(asked_on=today).count(),
        "letters": found,
        "preview": write_letter(found[0])[:2] if found else None,
        "breadcrumbs": [(_("Network pairs"), reverse("networks:list")), (_("Letters to the schools"), "")],
    }
    return render(request, "networks/proposal_letters.html", context)


def _of_territory(paths: tuple[str, ...], *, everything: bool) -> Q:
    """Proposals of the own mentee schools: those of a neighbour are the neighbour's affair."""
    found = Q() if everything else Q(pk__in=[])
    for path in paths:
        found |= Q(mentee__territory__path__under=path)
    return found
