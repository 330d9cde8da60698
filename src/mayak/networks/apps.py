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
        from mayak.matching.selectors.providers import register_earlier, register_last_year, register_refusals
        from mayak.networks import checks, jobs, receivers  # noqa: F401  # register themselves
        from mayak.networks.selectors import survey_sides
        from mayak.networks.selectors.agreement_today import agreement_tasks
        from mayak.networks.selectors.last_year import earlier_pairs, last_year_pairs
        from mayak.networks.selectors.network_today import network_figures, network_tasks
        from mayak.networks.selectors.own_pairs import keeper_tasks, pair_tasks
        from mayak.networks.selectors.refusals import refused_pairs
        from mayak.networks.selectors.today import figures, step_state
        from mayak.networks.services import agreement_personal

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
        register_figures(network_figures)
        register_tasks(network_tasks)
        register_tasks(pair_tasks)
        register_tasks(agreement_tasks)
        register_tasks(keeper_tasks)
        survey_sides.register()
        agreement_personal.register()
        register_last_year("networks", last_year_pairs)
        register_earlier("networks", earlier_pairs)
        register_refusals("networks", refused_pairs)
        _register_mentor_pairs()


def _register_mentor_pairs() -> None:
    """Tell the kernel of the tasks of pairs and of what they hold on people."""
    from mayak.kernel.ui.today import register_tasks
    from mayak.networks.selectors.pair_today import keeper_pair_tasks, own_pair_tasks
    from mayak.networks.services import pair_personal

    register_tasks(own_pair_tasks)
    register_tasks(keeper_pair_tasks)
    pair_personal.register()
