"""The diagnosis app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.diagnosis"
    verbose_name = _("Diagnosis")
