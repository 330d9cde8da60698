"""Tables of the three bases: formed pairs, mentors, mentees."""

from typing import Any

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mayak.diagnosis.models import Competence, MentorProfile
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, NumberColumn, TwoLineColumn
from mayak.networks.enums.mentor_pairs import PairState
from mayak.networks.models import MentorPair
from mayak.registry.models import Person

TONES = {
    PairState.PROPOSED: "warning",
    PairState.RETURNED: "bad",
    PairState.CONSENTED: "info",
    PairState.FORMED: "info",
    PairState.ACTIVE: "good",
}


def pair_tone(record: MentorPair) -> str:
    """Return the tone of the state."""
    return TONES.get(PairState(record.state), "neutral")


class MentorPairTable(MayakTable):
    """Pairs and groups."""

    mentees = TwoLineColumn(
        verbose_name=gettext_lazy("Mentee"),
        second=lambda record: record.first_school,
        accessor="pk",
        linkify=("networks:pair", {"pk": tables.A("pk")}),
        orderable=False,
    )
    mentor = TwoLineColumn(
        verbose_name=gettext_lazy("Mentor"),
        second=lambda record: record.mentor_school,
        order_by=("mentor__sort_key",),
    )
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    form = tables.Column(verbose_name=gettext_lazy("Who helps whom"), visible=False)
    loop = tables.Column(verbose_name=gettext_lazy("Loop"))
    about = tables.Column(verbose_name=gettext_lazy("In what"), accessor="pk", orderable=False)
    school_year = tables.Column(
        verbose_name=gettext_lazy("School year"), order_by=("school_year__start_year",)
    )
    state = BadgeColumn(verbose_name=gettext_lazy("State"), tone=pair_tone)
    order = tables.Column(verbose_name=pgettext_lazy("act", "Order"), orderable=False)
    starts_on = tables.Column(verbose_name=gettext_lazy("From"))
    last_meeting_on = tables.Column(verbose_name=gettext_lazy("Last meeting"))

    class Meta(MayakTable.Meta):
        model = MentorPair
        fields = (
            "mentees", "mentor", "kind", "loop", "about", "school_year", "state", "order", "starts_on",
            "last_meeting_on",
        )  # fmt: skip

    def render_mentees(self, record: MentorPair, column: Any) -> Any:
        """Show the names and the school under them."""
        return column.render(mentee_names(record), record)

    def value_mentees(self, record: MentorPair) -> str:
        """Export the names."""
        return mentee_names(record)

    def render_about(self, record: MentorPair) -> str:
        """Show the subject and the competences."""
        return about(record) or "—"

    def value_about(self, record: MentorPair) -> str:
        """Export the same."""
        return about(record)


def mentee_names(pair: MentorPair) -> str:
    """Return the mentees in one line."""
    return ", ".join(str(one.person) for one in pair.mentees.all())


def about(pair: MentorPair) -> str:
    """Return in what the mentor helps."""
    words = [*([str(pair.subject)] if pair.subject else []), *(str(one) for one in pair.competences.all())]
    return "; ".join(words)


def _load_tone(record: Any) -> str:
    if record.taken > record.pairs:
        return "bad"
    return "neutral" if record.taken == record.pairs else "good"


class MentorBankTable(MayakTable):
    """Mentors with accepted passports and the places that are taken."""

    person = TwoLineColumn(
        verbose_name=gettext_lazy("Mentor"),
        second=lambda record: record.organisation,
        order_by=("person__sort_key",),
    )
    strengths = tables.Column(verbose_name=gettext_lazy("In what"), accessor="pk", orderable=False)
    taken = NumberColumn(verbose_name=gettext_lazy("Mentees now"))
    pairs = NumberColumn(verbose_name=gettext_lazy("Places"))
    load = BadgeColumn(
        verbose_name=gettext_lazy("Taken"),
        accessor="pk",
        orderable=False,
        tone=_load_tone,
    )
    hours_per_month = NumberColumn(verbose_name=gettext_lazy("Hours a month"))
    works_remotely = tables.BooleanColumn(verbose_name=gettext_lazy("Remotely"), yesno="✓,–")

    class Meta(MayakTable.Meta):
        model = MentorProfile
        fields = ("person", "strengths", "taken", "pairs", "load", "hours_per_month", "works_remotely")

    def render_strengths(self, record: MentorProfile) -> str:
        """Show what the passport states."""
        return self._strengths(record) or "—"

    def value_strengths(self, record: MentorProfile) -> str:
        """Export the same."""
        return self._strengths(record)

    def _strengths(self, record: MentorProfile) -> str:
        names = [
            str(one.subject or self._competences.get(one.competence) or one.note or one.competence)
            for one in record.strengths.all()
        ]
        return "; ".join(dict.fromkeys(names))

    @cached_property
    def _competences(self) -> dict[str, str]:
        return dict(Competence.objects.values_list("code", "name"))

    def render_load(self, record: Any, column: Any) -> Any:
        """Show «2 of 3»."""
        return column.render(load_words(record), record)

    def value_load(self, record: Any) -> str:
        """Export «2 of 3»."""
        return load_words(record)

    def value_works_remotely(self, record: MentorProfile) -> str:
        """Export a word."""
        return _("yes") if record.works_remotely else _("no")


def load_words(record: Any) -> str:
    """Return «2 of 3»."""
    return _("%(taken)s of %(places)s") % {"taken": record.taken, "places": record.pairs}


def _schools(record: Any) -> str:
    return ", ".join(dict.fromkeys(str(post.organisation) for post in record.posts))


class MenteeBankTable(MayakTable):
    """People who ask for help, need it or have a mentor."""

    sort_key = TwoLineColumn(verbose_name=gettext_lazy("Teacher"), second=_schools, order_by=("sort_key",))
    request = tables.Column(verbose_name=gettext_lazy("Request"), accessor="pk", orderable=False)
    need = tables.Column(verbose_name=gettext_lazy("Need by the diagnosis"), accessor="pk", orderable=False)
    mentor = tables.Column(verbose_name=gettext_lazy("Mentor"), accessor="pk", orderable=False)

    class Meta(MayakTable.Meta):
        model = Person
        fields = ("sort_key", "request", "need", "mentor")

    def render_sort_key(self, record: Person, column: Any) -> Any:
        """Show the name with the schools."""
        return column.render(str(record), record)

    def value_sort_key(self, record: Person) -> str:
        """Export the name."""
        return str(record)

    def render_request(self, record: Any) -> str:
        """Show in what help is asked for."""
        return "; ".join(str(one.competence) for one in record.open_requests) or "—"

    def render_need(self, record: Any) -> str:
        """Show the heaviest needs."""
        return "; ".join(str(one.competence) for one in record.open_needs[:3]) or "—"

    def render_mentor(self, record: Any) -> str:
        """Show the present mentors."""
        return ", ".join(str(one.pair.mentor) for one in record.present_pairs) or _("without a mentor")
