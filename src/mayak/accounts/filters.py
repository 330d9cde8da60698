"""Filters of accounts."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.accounts.enums import ConsentPurpose, InvitationState, RequestKind, RequestState, Role
from mayak.accounts.models import Consent, Invitation, MentoringTerms, PersonRequest, RoleAssignment, User
from mayak.kernel.ui.filters import MayakFilterSet


class UserFilter(MayakFilterSet):
    """By name, e-mail, role and state."""

    search_fields = ("full_name", "email")
    search_label = _("Name or e-mail")

    role = django_filters.ChoiceFilter(
        choices=Role.choices, method="with_role", label=_("Role"), empty_label=_("any")
    )
    is_active = django_filters.ChoiceFilter(
        choices=[("True", pgettext_lazy("account", "open")), ("False", pgettext_lazy("account", "closed"))],
        label=_("Account"),
        empty_label=_("any"),
    )

    class Meta:
        model = User
        fields = ("role", "is_active")

    def with_role(self, queryset: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Return the users who hold the role today."""
        held: Any = RoleAssignment.objects.current().filter(role=value)
        return queryset.filter(pk__in=held.values("user"))


class InvitationFilter(MayakFilterSet):
    """By name, e-mail, state and role."""

    search_fields = ("full_name", "email")
    search_label = _("Name or e-mail")

    state = django_filters.ChoiceFilter(
        choices=InvitationState.choices, label=_("State"), empty_label=_("any")
    )
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"), empty_label=_("any"))

    class Meta:
        model = Invitation
        fields = ("state", "role")


class ConsentFilter(MayakFilterSet):
    """By name, purpose and whether it holds."""

    search_fields = ("person__family_name", "person__given_name", "person__patronymic", "user__full_name")
    search_label = _("Name")

    purpose = django_filters.ChoiceFilter(
        choices=ConsentPurpose.choices, label=_("Purpose"), empty_label=_("any")
    )
    holds = django_filters.ChoiceFilter(
        choices=[("yes", _("holds")), ("no", _("does not hold"))],
        method="that_hold",
        label=_("State"),
        empty_label=_("any"),
    )

    class Meta:
        model = Consent
        fields = ("purpose", "holds")

    def that_hold(self, queryset: Any, _name: str, value: str) -> Any:
        """Return the consents that hold, or the others."""
        return (
            queryset.live()
            if value == "yes"
            else queryset.exclude(pk__in=queryset.live().order_by().values("pk"))
        )


class TermsFilter(MayakFilterSet):
    """By name of the mentor or of the employer."""

    search_fields = (
        "person__family_name",
        "person__given_name",
        "person__patronymic",
        "organisation__short_name",
    )
    search_label = _("Mentor or school")

    class Meta:
        model = MentoringTerms
        fields: tuple[str, ...] = ()


class RequestFilter(MayakFilterSet):
    """By kind and state."""

    kind = django_filters.ChoiceFilter(choices=RequestKind.choices, label=_("What"), empty_label=_("any"))
    state = django_filters.ChoiceFilter(choices=RequestState.choices, label=_("State"), empty_label=_("any"))

    class Meta:
        model = PersonRequest
        fields = ("kind", "state")
