"""Tables of accounts."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from mayak.accounts.enums import InvitationState, RequestState, TermsState
from mayak.accounts.models import Consent, Invitation, MentoringTerms, PersonRequest, RoleAssignment, User
from mayak.kernel.audit.words import role_word
from mayak.kernel.models import Reading
from mayak.kernel.readings.services import what_word
from mayak.kernel.ui.drawing import badge_html
from mayak.kernel.ui.tables import BadgeColumn, MayakTable, TwoLineColumn


def role_words(held: RoleAssignment) -> str:
    """Return «school coordinator, Gymnasium No. 1»."""
    return f"{capfirst(held.get_role_display())}, {held.organisation}"


class UserTable(MayakTable):
    """People with an account and what they do."""

    full_name = TwoLineColumn(
        accessor="shown_name",
        verbose_name=gettext_lazy("Name"),
        second=lambda record: record.email,
        linkify=("accounts:user", {"pk": tables.A("pk")}),
        order_by=("full_name", "email"),
    )
    roles_now = tables.Column(verbose_name=gettext_lazy("Roles"), accessor="pk", orderable=False)
    last_login = tables.DateTimeColumn(verbose_name=gettext_lazy("Last sign-in"), short=True)
    is_active = BadgeColumn(
        accessor="state_word",
        order_by="is_active",
        verbose_name=gettext_lazy("Account"),
        tone=lambda record: "good" if record.is_active else "neutral",
    )

    class Meta(MayakTable.Meta):
        model = User
        fields = ("full_name", "roles_now", "last_login", "is_active")
        order_by = "full_name"

    def render_roles_now(self, record: Any) -> str:
        """Return the roles that hold today."""
        return "; ".join(role_words(held) for held in record.shown_roles)


INVITATION_TONES = {
    InvitationState.DRAFT: "neutral",
    InvitationState.QUEUED: "info",
    InvitationState.SENT: "info",
    InvitationState.ACCEPTED: "good",
    InvitationState.WITHDRAWN: "warning",
}


class InvitationTable(MayakTable):
    """Who is invited to what, and what came of it."""

    full_name = TwoLineColumn(
        second=lambda record: record.email, linkify=("accounts:invitation", {"pk": tables.A("pk")})
    )
    role = tables.Column(accessor="get_role_display", order_by="role")
    organisation = tables.Column()
    state = BadgeColumn(
        accessor="get_state_display", order_by="state", tone=lambda record: INVITATION_TONES[record.state]
    )
    sent_at = tables.DateTimeColumn(short=True)
    created_by = tables.Column()

    class Meta(MayakTable.Meta):
        model = Invitation
        fields = ("full_name", "role", "organisation", "state", "sent_at", "created_by")
        order_by = "-created_at"


TERMS_TONES: dict[str, str] = {
    TermsState.DRAFT: "warning",
    TermsState.PLANNED: "neutral",
    TermsState.ACTIVE: "good",
    TermsState.NOTICE: "warning",
    TermsState.ENDED: "neutral",
}


class ConsentTable(MayakTable):
    """Consents with their versions and days."""

    person = tables.Column(
        verbose_name=gettext_lazy("Who"), accessor="holder", order_by=("person__sort_key", "user__full_name")
    )
    purpose = tables.Column(
        verbose_name=gettext_lazy("Purpose"), accessor="get_purpose_display", order_by="purpose"
    )
    text = tables.Column(verbose_name=gettext_lazy("Version"), accessor="text__version")
    given_on = tables.DateColumn(verbose_name=gettext_lazy("Given"))
    way = tables.Column(verbose_name=gettext_lazy("Way"), accessor="get_way_display", order_by="way")
    withdrawn_on = tables.DateColumn(verbose_name=gettext_lazy("Withdrawn"))
    state = BadgeColumn(
        accessor="is_live",
        orderable=False,
        verbose_name=gettext_lazy("State"),
        tone=lambda record: "good" if record.is_live else "neutral",
    )

    class Meta(MayakTable.Meta):
        model = Consent
        fields = ("person", "purpose", "text", "given_on", "way", "withdrawn_on", "state")
        order_by = "-given_on"

    def render_person(self, record: Consent) -> Any:
        """Return the name with a link to the consents of the person."""
        if record.person is None:
            return str(record.user)
        address = reverse("accounts:consents-person", args=[record.person_id])
        return format_html('<a href="{}">{}</a>', address, record.person)

    def value_person(self, record: Consent) -> str:
        """Return the name for an export."""
        return str(record.holder)

    def render_state(self, record: Consent) -> Any:
        """Return whether it holds."""
        return badge_html("good" if record.is_live else "neutral", self.value_state(record))

    def value_state(self, record: Consent) -> Any:
        """Return the same as a word."""
        if record.is_live:
            return gettext("holds")
        return gettext("withdrawn") if record.withdrawn_on else gettext("replaced by a newer version")


class TermsTable(MayakTable):
    """Papers of mentors."""

    person = tables.Column(
        order_by="person__sort_key", linkify=("accounts:mentoring-detail", {"pk": tables.A("pk")})
    )
    organisation = tables.Column(order_by="organisation__sort_key")
    starts_on = tables.DateColumn(verbose_name=gettext_lazy("From"))
    ends_on = tables.DateColumn(verbose_name=gettext_lazy("Until"))
    last_day = tables.DateColumn(verbose_name=gettext_lazy("Last day"))
    is_paid = tables.BooleanColumn(
        verbose_name=gettext_lazy("Paid"), yesno=(gettext_lazy("yes"), gettext_lazy("no"))
    )
    state = BadgeColumn(
        accessor="state__label",
        orderable=False,
        verbose_name=gettext_lazy("State"),
        tone=lambda record: TERMS_TONES[record.state],
    )

    class Meta(MayakTable.Meta):
        model = MentoringTerms
        fields = ("person", "organisation", "starts_on", "ends_on", "last_day", "is_paid", "state")
        order_by = "-starts_on"

    def render_is_paid(self, value: bool) -> str:
        """Return a word."""
        return gettext("yes") if value else gettext("no")


class RequestTable(MayakTable):
    """Requests of people about their data."""

    user = tables.Column(linkify=("accounts:request", {"pk": tables.A("pk")}), order_by="user__full_name")
    kind = tables.Column(accessor="get_kind_display", order_by="kind")
    asked_on = tables.DateColumn()
    due_on = tables.DateColumn()
    state = BadgeColumn(
        accessor="get_state_display",
        order_by="state",
        tone=lambda record: (
            "bad" if record.is_late else "warning" if record.state == RequestState.OPEN else "neutral"
        ),
    )

    class Meta(MayakTable.Meta):
        model = PersonRequest
        fields = ("user", "kind", "asked_on", "due_on", "state")
        order_by = "due_on"


class ReadingTable(MayakTable):
    """Who looked at whose data: the fact, never what was read."""

    at = tables.DateTimeColumn(short=True)
    who = tables.Column(verbose_name=gettext_lazy("Who"), orderable=False)
    reader_role = tables.Column(verbose_name=gettext_lazy("In the role"))
    whose = tables.Column(verbose_name=gettext_lazy("Whose"), orderable=False)
    what = tables.Column(verbose_name=gettext_lazy("What"))

    class Meta(MayakTable.Meta):
        model = Reading
        fields = ("at", "who", "reader_role", "whose", "what")
        order_by = "-at"

    def render_reader_role(self, value: str) -> str:
        """Return the role in words."""
        return role_word(value)

    def render_what(self, value: str) -> str:
        """Return what was read in words."""
        return what_word(value)
