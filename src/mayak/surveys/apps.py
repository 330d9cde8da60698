"""The surveys app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Register the parts that others find by name."""
        from mayak.kernel.personal.registry import register_personal, subject_of
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_tasks
        from mayak.surveys import checks, jobs, receivers  # noqa: F401  # register themselves
        from mayak.surveys.selectors import own_data
        from mayak.surveys.selectors.today import step_state, tasks
        from mayak.surveys.services import erasing, export_files, readings

        register_step(
            Step(key="surveys", order=34, label=_("Surveys"), url_name="surveys:list", state=step_state)
        )
        register_tasks(tasks)
        own_data.register()
        erasing.register()
        export_files.register()
        readings.register()
        register_personal(
            "surveys.surveyinvitation",
            ["email", "token_hash"],
            subject=lambda row: (
                subject_of("registry.person", row.person_id) or subject_of("accounts.user", row.user_id)
            ),
        )
