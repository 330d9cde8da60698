"""Addresses of the shell."""

from django.urls import path

from mayak.web import views

app_name = "web"

urlpatterns = [path("", views.today, name="today")]
