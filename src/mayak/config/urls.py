"""All addresses of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("mayak.web.urls")),
    path("account/", include("mayak.accounts.urls")),
    path("registry/", include("mayak.registry.urls")),
    path("results/", include("mayak.results.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
