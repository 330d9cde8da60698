"""Filters of the three bases."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import MentorProfile
from mayak.kernel.ui.filters import WORDS_AT_MOST, MayakFilterSet
from mayak.networks.enums.mentor_pairs import PairKind, PairLoop, PairState
from mayak.networks.models import MentorPair, PairMentee
from mayak.networks.selectors.pair_rules import SILENT_COORDINATOR, SILENT_PAIR, pair_rules, silent_pairs
from mayak.registry.models import Organisation, Person, SchoolYear, Subject

YES = [("1", _("yes"))]
FOUND_AT_MOST = 2000
"""People and schools of one word; a word that fits more is no search."""


def _keys(rows: QuerySet[Any]) -> list[int]:
    """Look once, not again for each side of a pair."""
    return list(rows.order_by("pk").values_list("pk", flat=True)[:FOUND_AT_MOST])


class MentorPairFilter(MayakFilterSet):
    """Search by mentor or school; year, state, kind, silence."""

    search_fields = ("mentor", "mentees", "schools")
    search_label = _("Mentor, mentee or school")

    school_year = django_filters.ModelChoiceFilter(queryset=SchoolYear.objects.all(), label=_("School year"))
    state = django_filters.ChoiceFilter(choices=PairState.choices, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=PairKind.choices, label=_("Kind"))
    loop = django_filters.ChoiceFilter(choices=PairLoop.choices, label=_("Loop"))
    subject = django_filters.ModelChoiceFilter(queryset=Subject.objects.all(), label=_("Subject"))
    silent = django_filters.ChoiceFilter(
        method="by_silence",
        label=_("Silent pairs"),
        choices=[("1", _("for long: the coordinator asks")), ("pair", _("for a month: both are reminded"))],
    )
    late = django_filters.ChoiceFilter(method="by_late", label=_("Consents are late"), choices=YES)

    class Meta:
        model = MentorPair
        fields = ("q", "school_year", "state", "kind", "loop", "subject", "silent", "late")

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the pairs in which every word occurs in the name of a person or of a school."""
        for word in value.split()[:WORDS_AT_MOST]:
            named = (
                Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(patronymic__icontains=word)
            )
            called = Q(short_name__icontains=word) | Q(search_text__icontains=word)
            people = _keys(Person.objects.filter(named))
            schools = _keys(Organisation.objects.filter(called))
            mentees = PairMentee.objects.filter(person__in=people).order_by().values("pair")
            queryset = queryset.filter(
                Q(mentor__in=people)
                | Q(pk__in=mentees)
                | Q(first_school__in=schools)
                | Q(mentor_school__in=schools)
            )
        return queryset

    def by_silence(self, queryset: Any, _name: str, value: str) -> QuerySet[Any]:
        """Narrow to the pairs that have not met for so long."""
        days = pair_rules()[SILENT_COORDINATOR if value == "1" else SILENT_PAIR]
        return silent_pairs(queryset, days, timezone.localdate())

    def by_late(self, queryset: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Narrow to the pairs whose consents are late."""
        return queryset.filter(state=PairState.PROPOSED, consent_until__lt=timezone.localdate())


class MentorBankFilter(MayakFilterSet):
    """Search by person or school; subject; free places."""

    search_fields = ("person__family_name", "person__given_name", "organisation__short_name")
    search_label = _("Mentor or school")

    subject = django_filters.ModelChoiceFilter(
        field_name="strengths__subject", queryset=Subject.objects.all(), label=_("Subject"), distinct=True
    )
    free = django_filters.ChoiceFilter(method="by_free", label=_("Has a free place"), choices=YES)

    class Meta:
        model = MentorProfile
        fields = ("q", "subject", "free")

    def by_free(self, queryset: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Narrow to mentors with a free place."""
        return queryset.filter(pairs__gt=F("taken"))


class MenteeBankFilter(MayakFilterSet):
    """Search by person; with or without a mentor; with an own request."""

    search_fields = ("family_name", "given_name", "patronymic")
    search_label = _("Teacher")

    mentor = django_filters.ChoiceFilter(
        method="by_mentor",
        label=_("Mentor"),
        choices=[("1", _("has a mentor")), ("0", _("without a mentor"))],
    )
    request = django_filters.ChoiceFilter(method="by_request", label=_("Asks for help"), choices=YES)

    class Meta:
        model = Person
        fields = ("q", "mentor", "request")

    def by_mentor(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow by whether there is a mentor."""
        return queryset.filter(has_mentor=value == "1")

    def by_request(self, queryset: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Narrow to those who asked."""
        return queryset.filter(has_request=True)
