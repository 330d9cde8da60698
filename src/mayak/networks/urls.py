"""Addresses of networks."""

from django.urls import path

from mayak.networks import views

app_name = "networks"

urlpatterns = [
    path("", views.PartnershipList.as_view(), name="list"),
    path("picture/", views.picture, name="picture"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/end/", views.end, name="end"),
]
