"""Reads of documents."""

from mayak.documents.selectors.documents import (
    document_list,
    documents_of_run,
    registered_order,
    run_with_documents,
    template_list,
)
from mayak.documents.selectors.order import order_context, order_defaults
from mayak.documents.selectors.template_fields import FIELDS, TemplateField

__all__ = [
    "FIELDS",
    "TemplateField",
    "document_list",
    "documents_of_run",
    "order_context",
    "order_defaults",
    "registered_order",
    "run_with_documents",
    "template_list",
]
