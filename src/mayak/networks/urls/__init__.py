"""Addresses of networks, one noun a file."""

from mayak.networks.urls import agreements, mentor_pairs, networks, partnerships

app_name = "networks"

urlpatterns = [
    *agreements.urlpatterns,
    *partnerships.urlpatterns,
    *networks.urlpatterns,
    *mentor_pairs.urlpatterns,
]
