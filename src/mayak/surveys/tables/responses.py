"""Table of the answers of a named round."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import MayakTable
from mayak.surveys.models import NamedResponse


class ResponseTable(MayakTable):
    """Who has answered."""

    who = tables.Column(
        empty_values=(),
        verbose_name=_("who"),
        order_by=("name_key",),
        linkify=("surveys:response", {"pk": tables.A("pk")}),
    )
    organisation = tables.Column(
        accessor="invitation__organisation",
        verbose_name=_("organisation"),
        order_by=("invitation__organisation__sort_key",),
    )
    audience = tables.Column(accessor="invitation__audience__label", verbose_name=_("audience"))

    class Meta(MayakTable.Meta):
        model = NamedResponse
        fields = ("who", "organisation", "audience")
        order_by = ("who",)

    def render_who(self, record: NamedResponse) -> str:
        """Return the person, else the account, else the address."""
        invitation = record.invitation
        return str(invitation.person or invitation.user or invitation.email)

    value_who = render_who
