"""Filters of the audit log."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.words import ACTIONS, kind_choices
from mayak.kernel.ui.filters import MayakFilterSet

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(MayakFilterSet):
    """By who, what, kind of object and date."""

    search_fields = ("object_text", "actor_label")

    actor_label = django_filters.CharFilter(lookup_expr="icontains", label=_("Who"))
    action = django_filters.ChoiceFilter(
        choices=list(ACTIONS.items()), label=_("Action"), empty_label=_("any")
    )
    object_type = django_filters.ChoiceFilter(
        choices=kind_choices, label=_("Kind of object"), empty_label=_("any")
    )
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=_("Since"), widget=_DATE
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=_("Until"), widget=_DATE
    )

    class Meta:
        model = AuditEntry
        fields = ("actor_label", "action", "object_type", "since", "until")
