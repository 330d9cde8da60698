"""Filters of documents."""

import django_filters
from django.utils.translation import gettext_lazy as _

from mayak.documents.enums import TemplateKind
from mayak.documents.models import GeneratedDocument
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.models import SchoolYear


class DocumentFilter(MayakFilterSet):
    """Search by heading and territory; kind and school year."""

    search_fields = ("title", "territory__name", "act__number")
    search_label = _("Heading, territory or number")

    kind = django_filters.ChoiceFilter(choices=TemplateKind.choices, label=_("Kind"))
    school_year = django_filters.ModelChoiceFilter(
        field_name="run__school_year", queryset=SchoolYear.objects.all(), label=_("School year")
    )

    class Meta:
        model = GeneratedDocument
        fields = ("q", "kind", "school_year")
