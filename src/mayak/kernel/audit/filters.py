"""Filters of the audit log."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.audit.hiding import MARK
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.words import ACTIONS, kind_choices
from mayak.kernel.personal.registry import find_subjects
from mayak.kernel.ui.filters import WORDS_AT_MOST, MayakFilterSet

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(MayakFilterSet):
    """By who, what, kind of object and date."""

    search_fields = ("object_text", "actor_label")
    search_label = _("Person or object")

    who = django_filters.CharFilter(method="by_actor", label=_("Who"), max_length=200)
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

    request = django_filters.CharFilter(field_name="request_id", label=_("Request"), max_length=36)
    job = django_filters.CharFilter(field_name="job_id", label=_("Job"), max_length=36)

    class Meta:
        model = AuditEntry
        fields = ("who", "action", "object_type", "since", "until", "request", "job")

    def by_actor(self, queryset: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        """Keep what was done by the users in whose name or address every word occurs."""
        for word in value.split()[:WORDS_AT_MOST]:
            queryset = queryset.filter(_done_by(word, find_subjects(word, acting=True)))
        return queryset

    def search(self, queryset: QuerySet[AuditEntry], _name: str, value: str) -> QuerySet[AuditEntry]:
        """Keep the entries in which every word occurs: in the object, in the person concerned, in who did it.

        Names of persons are hidden in the table, so the persons are found first, and then their entries.
        """
        for word in value.split()[:WORDS_AT_MOST]:
            in_text = Q(object_text__icontains=word) & ~Q(object_text__startswith=MARK)
            found = find_subjects(word)
            queryset = queryset.filter(in_text | Q(person_key__subject__in=found) | _done_by(word, found))
        return queryset


class HistoryFilter(AuditFilter):
    """The same within one object."""

    object_type = None

    class Meta:
        model = AuditEntry
        fields = ("who", "action", "since", "until", "request", "job")


def _done_by(word: str, subjects: list[str]) -> Q:
    """By one of these users, or by a program with the word in its name."""
    programs = Q(actor_key__isnull=True, actor_label__icontains=word)
    return Q(actor_key__subject__in=subjects) | programs
