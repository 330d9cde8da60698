"""The documents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Register the step of the navigation and the task of today."""
        from mayak.kernel.personal.traces import register_kept_text

        register_kept_text(
            "documents.generateddocument",
            reason=_("A paper keeps the text with which it was made; a draft can be made anew."),
        )
        from mayak.documents.selectors.today import step_state, tasks
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_tasks

        register_step(
            Step(
                key="documents",
                order=60,
                label=_("Documents"),
                url_name="documents:list",
                state=step_state,
            )
        )
        register_tasks(tasks)
