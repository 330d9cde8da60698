"""The matching app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        """Register jobs, checks, the step of the navigation and the tasks of today."""
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_tasks
        from mayak.matching import checks, jobs  # noqa: F401  # register themselves
        from mayak.matching.selectors.providers import (
            approved_earlier,
            approved_last_year,
            register_earlier,
            register_last_year,
        )
        from mayak.matching.selectors.teacher_today import teacher_tasks
        from mayak.matching.selectors.today import step_state, tasks
        from mayak.matching.services import scenario_personal, teacher_personal

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
        register_tasks(teacher_tasks)
        teacher_personal.register()
        scenario_personal.register()
        register_last_year("matching", approved_last_year)
        register_earlier("matching", approved_earlier)
