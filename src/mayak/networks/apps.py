"""The networks app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.networks"
    verbose_name = _("Networks")

    def ready(self) -> None:
        """Listen to approvals, register the checks, the step of the navigation and the tasks of today."""
        from mayak.kernel.ui.navigation import Step, register_step
        from mayak.kernel.ui.today import register_figures, register_tasks
        from mayak.networks import checks, receivers  # noqa: F401  # register themselves
        from mayak.networks.selectors import survey_sides
        from mayak.networks.selectors.own_pairs import pair_tasks
        from mayak.networks.selectors.today import figures, step_state

        register_step(
            Step(
                key="networks",
                order=50,
                label=_("Network pairs"),
                url_name="networks:list",
                state=step_state,
            )
        )
        register_figures(figures)
        register_tasks(pair_tasks)
        survey_sides.register()
