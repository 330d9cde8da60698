"""Tables of questionnaires and blocks."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import MayakTable, NumberColumn
from mayak.surveys.models import Block, Questionnaire


class QuestionnaireTable(MayakTable):
    """Questionnaires with their last version."""

    title_ru = tables.Column(
        verbose_name=_("Questionnaire"), linkify=("surveys:questionnaire", {"pk": tables.A("pk")})
    )
    owner = tables.Column(verbose_name=_("Owner"), order_by=("owner__sort_key",), empty_values=())
    last_version = NumberColumn(verbose_name=_("Version"))
    draft_number = tables.Column(verbose_name=_("State"), empty_values=())
    used = NumberColumn(verbose_name=_("Used in surveys"))

    class Meta(MayakTable.Meta):
        model = Questionnaire
        fields = ("title_ru", "owner", "last_version", "draft_number", "used")

    def render_owner(self, record: Questionnaire) -> Any:
        """Name Mayak for what comes with it."""
        return record.owner or _("comes with Mayak")

    def render_draft_number(self, value: int | None, record: Questionnaire) -> Any:
        """Say whether somebody works on it."""
        if record.is_archived:
            return _("archived")
        return _("there is a draft") if value else _("in use, frozen")


class BlockTable(MayakTable):
    """Blocks of questions."""

    title_ru = tables.Column(verbose_name=_("Block"), linkify=("surveys:block", {"pk": tables.A("pk")}))
    owner = tables.Column(verbose_name=_("Owner"), order_by=("owner__sort_key",), empty_values=())

    class Meta(MayakTable.Meta):
        model = Block
        fields = ("title_ru", "owner")

    def render_owner(self, record: Block) -> Any:
        """Name Mayak for what comes with it."""
        return record.owner or _("comes with Mayak")
