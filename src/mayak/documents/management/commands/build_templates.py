"""``mayak build_templates``: writes the supplied Word templates; for whoever changes their layout."""

from typing import Any

from django.core.management.base import BaseCommand

from mayak.documents.services.blank import SUPPLIED_ORDER, build_order_template


class Command(BaseCommand):
    """Writes the template of the order into the package."""

    help = "Write the supplied Word templates anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        SUPPLIED_ORDER.write_bytes(build_order_template())
        self.stdout.write(str(SUPPLIED_ORDER))
