"""Addresses of findings."""

from django.urls import path

from mayak.kernel.findings import views

app_name = "findings"

urlpatterns = [
    path("", views.FindingList.as_view(), name="list"),
    path("check/", views.run_checks_now, name="check"),
    path("<int:pk>/", views.finding_detail, name="detail"),
    path("<int:pk>/waive/", views.finding_waive, name="waive"),
    path("<int:pk>/reopen/", views.finding_reopen, name="reopen"),
]
