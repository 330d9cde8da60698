"""The kernel app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """Frames for access, audit, jobs, importing, exporting, findings and the components of the interface."""

    name = "mayak.kernel"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        """Connect the database functions that SQLite lacks; register the kernel's own jobs and pages."""
        from mayak.kernel import database
        from mayak.kernel.jobs import housekeeping  # noqa: F401  # registers its jobs
        from mayak.kernel.retention import jobs  # noqa: F401  # registers its job and the kernel's own kinds
        from mayak.kernel.ui.navigation import Step, register_step

        database.connect()
        register_step(
            Step(
                key="findings",
                order=80,
                label=_("Findings of the checks"),
                url_name="findings:list",
                icon="shield-check",
            )
        )
        register_step(
            Step(key="jobs", order=90, label=_("Background jobs"), url_name="jobs:list", icon="clock")
        )
        register_step(
            Step(
                key="audit",
                order=95,
                label=_("Audit log"),
                url_name="audit:list",
                right="audit.read",
                icon="journal-text",
            )
        )
