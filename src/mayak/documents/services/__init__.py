"""Writes of documents: one public function for each action of a person."""

from mayak.documents.services.lists import make_partnership_list
from mayak.documents.services.orders import make_partnership_order, register_order
from mayak.documents.services.templates import supplied_template, template_for, upload_template

__all__ = [
    "make_partnership_list",
    "make_partnership_order",
    "register_order",
    "supplied_template",
    "template_for",
    "upload_template",
]
