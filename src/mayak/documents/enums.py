"""Closed lists of documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TemplateKind(models.TextChoices):
    """What a paper is; a template makes papers of one kind, a list of pairs needs none."""

    PARTNERSHIP_ORDER = "partnership_order", _("order approving the list of network partnership")
    PARTNERSHIP_LIST = "partnership_list", _("list of network partnership")


TEMPLATE_KINDS = (TemplateKind.PARTNERSHIP_ORDER,)
"""Kinds that are made from a Word template."""


class DocumentFormat(models.TextChoices):
    """Format of a produced file."""

    DOCX = "docx", "docx"
    XLSX = "xlsx", "xlsx"


CONTENT_TYPES: dict[str, str] = {
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
