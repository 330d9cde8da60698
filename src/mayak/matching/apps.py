"""The matching app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        """Register the job, the step of the navigation and the tasks of today."""
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_tasks
        from mayak.matching import jobs  # noqa: F401  # registers itself
        from mayak.matching.selectors.today import step_state, tasks

        register_step(
            Step(
                key="matching",
                order=40,
                label=_("Pairing of schools"),
                url_name="matching:runs",
                right="matching.edit",
                state=step_state,
            )
        )
        register_tasks(tasks)
