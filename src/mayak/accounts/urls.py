"""Addresses of accounts."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from mayak.accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.ChangePasswordView.as_view(), name="password"),
]
