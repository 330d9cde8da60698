"""``mayak build_lesson_note``: writes the supplied template of the note on a lesson; for whoever changes its layout."""

from typing import Any

from django.core.management.base import BaseCommand

from mayak.diagnosis.services.lesson_note_template import TEMPLATE, build_note_template


class Command(BaseCommand):
    """Writes the template of the note into the package."""

    help = "Write the supplied template of the note on a lesson anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        TEMPLATE.write_bytes(build_note_template())
        self.stdout.write(str(TEMPLATE))
