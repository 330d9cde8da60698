"""Filter of the answers of a named round."""

from mayak.kernel.ui.filters import MayakFilterSet
from mayak.surveys.models import NamedResponse


class ResponseFilter(MayakFilterSet):
    """Search by name or organisation."""

    search_fields = (
        "invitation__person__sort_key",
        "invitation__organisation__search_text",
        "invitation__email",
    )

    class Meta:
        model = NamedResponse
        fields = ("q",)
