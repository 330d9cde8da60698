"""The documents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Register the step of the navigation and the task of today."""
        from mayak.documents.selectors.today import tasks
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_tasks

        register_step(Step(key="documents", order=60, label=_("Documents"), url_name="documents:list"))
        register_tasks(tasks)
