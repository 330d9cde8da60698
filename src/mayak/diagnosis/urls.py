"""Addresses of diagnosis."""

from django.urls import path

from mayak.diagnosis import views

app_name = "diagnosis"

urlpatterns = [
    path("", views.LeadProfileList.as_view(), name="profiles"),
    path("build/", views.build, name="build"),
    path("<int:pk>/", views.profile, name="profile"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/strengths/", views.add_strength, name="add-strength"),
    path("<int:pk>/strengths/<int:strength_pk>/remove/", views.drop_strength, name="drop-strength"),
]
