"""The results app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    """Assessments, imported batches, school results, context, quality signs."""

    name = "mayak.results"
    verbose_name = _("Results")

    def ready(self) -> None:
        """Register jobs, checks, the step of the navigation, the tasks and the block on the page of a school."""
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.panels import register_panel
        from mayak.kernel.ui.today import register_figures, register_tasks
        from mayak.results import checks, jobs  # noqa: F401 - importing registers them
        from mayak.results.services import anonymised
        from mayak.results.views.identification_today import identification_state, identification_tasks
        from mayak.results.views.own_school import school_tasks, territory_figures
        from mayak.results.views.panel import school_panel, step_state, today_tasks
        from mayak.results.views.statuses import status_panel

        register_step(
            Step(
                key="results",
                order=20,
                label=_("Results"),
                url_name="results:overview",
                state=step_state,
                icon="bar-chart",
            )
        )
        register_tasks(today_tasks)
        anonymised.register()
        register_panel(school_panel)
        register_step(
            Step(
                key="identification",
                order=30,
                label=_("Who needs help"),
                url_name="identification:overview",
                state=identification_state,
                icon="search",
            )
        )
        register_tasks(identification_tasks)
        register_step(
            Step(
                key="anonymised",
                order=88,
                label=_("Anonymised data"),
                url_name="results:anonymised",
                right="data.anonymised",
                icon="download",
            )
        )
        register_tasks(school_tasks)
        register_figures(territory_figures)
        register_panel(status_panel)
