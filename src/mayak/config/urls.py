"""All addresses of the site."""

from django.urls import include, path

from mayak.accounts.urls import allauth_urls
from mayak.results.urls import identification_urls

urlpatterns = [
    path("", include("mayak.web.urls")),
    path("", include("mayak.kernel.ui.urls")),
    path("account/", include("mayak.accounts.urls")),
    path("account/", include(allauth_urls)),
    path("registry/", include("mayak.registry.urls")),
    path("results/", include("mayak.results.urls")),
    path("identification/", include((identification_urls, "identification"))),
    path("diagnosis/", include("mayak.diagnosis.urls")),
    path("surveys/", include("mayak.surveys.urls")),
    path("matching/", include("mayak.matching.urls")),
    path("networks/", include("mayak.networks.urls")),
    path("documents/", include("mayak.documents.urls")),
    path("jobs/", include("mayak.kernel.jobs.urls")),
    path("findings/", include("mayak.kernel.findings.urls")),
    path("audit/", include("mayak.kernel.audit.urls")),
]

handler400 = "mayak.web.errors.bad_request"
handler403 = "mayak.web.errors.forbidden"
handler404 = "mayak.web.errors.not_found"
handler500 = "mayak.web.errors.server_error"
