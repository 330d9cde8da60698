"""The web app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

OBJECT_PAGES = {
    "accounts.user": "accounts:user",
    "diagnosis.leadprofile": "diagnosis:profile",
    "documents.generateddocument": "documents:detail",
    "kernel.finding": "findings:detail",
    "kernel.job": "jobs:detail",
    "matching.matchingrun": "matching:review",
    "networks.partnership": "networks:detail",
    "registry.legalact": "registry:acts-detail",
    "registry.organisation": "registry:organisations-detail",
    "registry.person": "registry:people-detail",
    "registry.programme": "registry:programmes-detail",
    "registry.registryimport": "registry:import",
    "registry.staffingrecord": "registry:staffing-detail",
    "registry.subjectassociation": "registry:associations-detail",
    "registry.territory": "registry:territories-detail",
    "registry.workinggroup": "registry:groups-detail",
    "results.assessment": "results:assessment",
    "results.identificationrun": "identification:run",
    "results.importbatch": "results:batch",
    "results.ruleset": "identification:rule",
    "results.schoolresult": "results:result",
}
"""Addresses that show one object by its key."""


class WebConfig(AppConfig):
    """Base templates, navigation, error pages."""

    name = "mayak.web"
    verbose_name = _("Web")

    def ready(self) -> None:
        """Tell the audit log where its objects have pages."""
        from mayak.kernel.audit.pages import register_object_pages

        register_object_pages(OBJECT_PAGES)
