"""Addresses of the audit log."""

from django.urls import path

from mayak.kernel.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.AuditList.as_view(), name="list"),
    path("<int:pk>/", views.audit_detail, name="detail"),
    path(
        "history/<str:object_type>/<str:object_id>/",
        views.HistoryList.as_view(),
        name="history",
    ),
]
