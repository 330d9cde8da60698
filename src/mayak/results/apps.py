"""The results app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    """Assessments, imported batches, school results, context, quality signs."""

    name = "mayak.results"
    verbose_name = _("Results")
