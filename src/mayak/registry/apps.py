"""The registry app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Territories, organisations, people and the dictionaries of the field."""

    name = "mayak.registry"
    verbose_name = _("Registry")
