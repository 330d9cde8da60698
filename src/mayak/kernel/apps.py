"""The kernel app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """Frames for access, audit, jobs, importing, exporting, findings and the components of the interface."""

    name = "mayak.kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        """Connect the database functions that SQLite lacks."""
        from mayak.kernel import database

        database.connect()
