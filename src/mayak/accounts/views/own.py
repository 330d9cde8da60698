"""Pages of the own roles: switching between them, handing one over for a leave, who may what."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.accounts.forms.roles import DelegateForm
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.permissions import may_delegate
from mayak.accounts.selectors import (
    ROLE_KEY,
    access_table,
    current_roles,
    rights_table,
    scope_of,
    substitutes_for,
)
from mayak.accounts.services import delegate_role, end_role
from mayak.accounts.views.people import FORM, show_errors
from mayak.kernel.access.requests import request_actor


def signed_in(request: HttpRequest) -> User:
    """Return the user of this request.

    Raises:
        PermissionDenied: nobody has signed in (the middleware lets nobody else through).
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@require_POST
def switch_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Act in another own role from now on; the first screen of that role opens."""
    role = get_object_or_404(current_roles(signed_in(request)), pk=pk)
    request.session[ROLE_KEY] = role.pk
    messages.success(request, _("You act now as: %(role)s.") % {"role": role.get_role_display()})
    return redirect("web:today")


@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand an own role to a substitute for a leave."""
    user = signed_in(request)
    held = get_object_or_404(current_roles(user), pk=pk)
    if not may_delegate(held):
        raise PermissionDenied(_("This role is not handed over."))
    people = substitutes_for(held, scope_of(user, held))
    form = DelegateForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            delegate_role(held, values.pop("user"), actor=request_actor(request), **values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The role is handed over; it returns by itself after the last day."))
            return redirect("accounts:profile")
    back = reverse("accounts:profile")
    title = _("Hand the role over: %(role)s") % {"role": held.get_role_display()}
    context = {
        "title": title,
        "lead": _("The substitute sees and does the same as you, until the last day. You keep the role."),
        "form": form,
        "submit": _("Hand over"),
        "back": back,
        "breadcrumbs": [(_("My profile"), back), (title, "")],
    }
    return render(request, FORM, context, status=400 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation of an own role before its last day."""
    rows = RoleAssignment.objects.current().select_related("organisation__territory")
    given = get_object_or_404(rows, pk=pk, delegated_from__user=signed_in(request))
    end_role(given, actor=request_actor(request), reason=_("taken back by the holder"))
    messages.success(request, _("The role is yours alone again."))
    return redirect("accounts:profile")


@require_GET
def access(request: HttpRequest) -> HttpResponse:
    """Show who may what: rights of the roles, and every address with the answer that each role gets."""
    context = {
        "rights": rights_table(),
        "table": access_table(),
        "breadcrumbs": [(_("My profile"), reverse("accounts:profile")), (_("Who may what"), "")],
    }
    return render(request, "accounts/access.html", context)
