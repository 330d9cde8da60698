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
        from mayak.kernel.ui.today import register_figures
        from mayak.networks import checks, receivers  # noqa: F401  # register themselves
        from mayak.networks.selectors.today import figures

        register_step(Step(key="networks", order=50, label=_("Network pairs"), url_name="networks:list"))
        register_figures(figures)
