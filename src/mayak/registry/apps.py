"""The registry app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Territories, organisations, people and the dictionaries of the field."""

    name = "mayak.registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        """Register the checks, the jobs, the step of the navigation and the tasks."""
        for module in ("checks", "jobs", "receivers"):
            import_module(f"{self.name}.{module}")
