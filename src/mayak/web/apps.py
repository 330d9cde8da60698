"""The web app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Base templates, navigation, error pages."""

    name = "mayak.web"
    verbose_name = _("Web")
