"""Addresses of the page that shows all components, and of the glossary."""

from django.urls import path

from mayak.kernel.ui import views

app_name = "ui"

urlpatterns = [
    path("ui/", views.components, name="components"),
    path("glossary/", views.glossary, name="glossary"),
]
