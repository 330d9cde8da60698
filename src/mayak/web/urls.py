"""Addresses of the shell."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from mayak.web import views

app_name = "web"

urlpatterns = [
    path("", views.today, name="today"),
    path("language/", login_not_required(set_language), name="language"),
]
