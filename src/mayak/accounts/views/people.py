"""Pages of the people of a territory: their accounts and roles."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.accounts.enums import Role
from mayak.accounts.filters import UserFilter
from mayak.accounts.forms.roles import CloseForm, EndRoleForm, GrantForm
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.permissions import account_scope, grantable_roles, may_end, may_grant, may_manage
from mayak.accounts.selectors import request_role, roles_seen_by, users_of
from mayak.accounts.services import close_account, end_role, grant_role, open_account
from mayak.accounts.services.reading import note_reading
from mayak.accounts.tables import UserTable
from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.fields import FieldRow
from mayak.kernel.ui.lists import Action, ListPage

FORM = "accounts/form.html"


class UserList(ListPage):
    """People who may sign in, of the organisations that are managed here."""

    title = gettext_lazy("People and roles")
    lead = gettext_lazy("Who may sign in and what for. A role holds for an organisation and all below it.")
    table_class = UserTable
    filter_class = UserFilter
    export_name = "people-and-roles"
    empty_title = gettext_lazy("Nobody has an account here yet")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in only who manages accounts."""
        managed(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[User]:
        """Return the users of the organisations that are managed."""
        return users_of(managed(self.request))

    def get_actions(self) -> list[Action]:
        """Lead to the invitations, and administrators to the letters."""
        found = [Action(_("Invitations"), reverse("accounts:invitations"), primary=True, icon="plus-lg")]
        held = request_role(self.request)
        if held is not None and held.role == Role.SYSTEM_ADMINISTRATOR:
            found.append(Action(_("Letters"), reverse("accounts:letters")))
        return found


def managed(request: HttpRequest) -> Scope:
    """Return the organisations whose accounts are managed by the user of this request.

    Raises:
        PermissionDenied: none are.
    """
    scope = request_scope(request)
    if not may_manage(scope):
        raise PermissionDenied(_("Accounts are kept by coordinators, heads of schools and administrators."))
    return account_scope(request_role(request), scope)


@require_GET
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an account with its roles and what may be done with them."""
    scope = managed(request)
    user = get_object_or_404(users_of(scope), pk=pk)
    note_reading(user, "person", actor=request_actor(request))
    held, own = request_role(request), request_scope(request)
    roles = [(role, _is_live(role) and may_end(held, own, role)) for role in roles_seen_by(user, scope)]
    context = {
        "person": user,
        "rows": [
            FieldRow(_("E-mail"), user.email),
            FieldRow(_("Account"), user.state_word),
            FieldRow(_("Last sign-in"), user.last_login),
            FieldRow(_("Since"), user.created_at),
        ],
        "roles": roles,
        "may_grant": user.pk != request.user.pk and bool(grantable_roles(held, own)),
        "may_close": may_close(request, user),
        "breadcrumbs": _crumbs((str(user), "")),
    }
    return render(request, "accounts/user.html", context)


def _is_live(role: RoleAssignment) -> bool:
    return role.valid_to is None or role in RoleAssignment.objects.current().filter(pk=role.pk)


def may_close(request: HttpRequest, user: User) -> bool:
    """Whether every role that the user holds today might be taken away by this person."""
    if user.pk == request.user.pk:
        return False
    held, scope = request_role(request), request_scope(request)
    current = RoleAssignment.objects.current().filter(user=user).select_related("organisation__territory")
    return all(may_grant(held, scope, role.role, role.organisation) for role in current)


@require_http_methods(["GET", "HEAD", "POST"])
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role to a person."""
    scope = managed(request)
    user = get_object_or_404(users_of(scope), pk=pk)
    held, own = request_role(request), request_scope(request)
    form = GrantForm(
        request.POST if request.method == "POST" else None,
        scope=scope,
        own=own,
        roles=grantable_roles(held, own),
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        role, organisation = values.pop("role"), values.pop("organisation")
        if not may_grant(held, own, role, organisation):
            raise PermissionDenied(_("You cannot give this role for this organisation."))
        try:
            grant_role(user, role, organisation, actor=request_actor(request), **values)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:user", pk=user.pk)
    return _form_page(
        request, form, _("Give a role to %(person)s") % {"person": user}, _("Give the role"), user
    )


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role with a reason."""
    scope = managed(request)
    rows = (
        RoleAssignment.objects.within(scope)
        .current()
        .select_related("organisation__territory", "user", "delegated_from")
    )
    role = get_object_or_404(rows, pk=pk)
    if not may_end(request_role(request), request_scope(request), role):
        raise PermissionDenied(_("This role was given by a higher level: it ends it too."))
    form = EndRoleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        end_role(role, actor=request_actor(request), reason=form.cleaned_data["reason"])
        messages.success(request, _("The role has ended."))
        return redirect("accounts:user", pk=role.user_id)
    return _form_page(
        request, form, _("End the role: %(role)s") % {"role": role}, _("End the role"), role.user
    )


@require_http_methods(["GET", "HEAD", "POST"])
def account_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account with a reason."""
    user = _closable(request, pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            close_account(user, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The account is closed. The roles and the history stay."))
            return redirect("accounts:user", pk=user.pk)
    title = _("Close the account of %(person)s") % {"person": user}
    return _form_page(request, form, title, _("Close the account"), user)


@require_POST
def account_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user = _closable(request, pk)
    try:
        open_account(user, actor=request_actor(request))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("The account is open."))
    return redirect("accounts:user", pk=user.pk)


def _closable(request: HttpRequest, pk: int) -> User:
    user = get_object_or_404(users_of(managed(request)), pk=pk)
    if not may_close(request, user):
        raise PermissionDenied(
            _("This person holds a role that you cannot take away, or it is your own account.")
        )
    return user


def show_errors(form: Form, error: ValidationError) -> None:
    """Put the errors of a service on the form."""
    if hasattr(error, "error_dict"):
        for field, problems in error.error_dict.items():
            form.add_error(field if field in form.fields else None, problems)
    else:
        form.add_error(None, error)


def _form_page(request: HttpRequest, form: Form, title: str, submit: str, user: User) -> HttpResponse:
    back = reverse("accounts:user", args=[user.pk])
    context = {
        "title": title,
        "form": form,
        "submit": submit,
        "back": back,
        "breadcrumbs": _crumbs((str(user), back), (title, "")),
    }
    return render(request, FORM, context, status=400 if form.errors else 200)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("People and roles"), reverse("accounts:users")), *rest]
