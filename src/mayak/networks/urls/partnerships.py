"""Addresses of partnerships."""

from django.urls import path

from mayak.networks.views import importing, partnership_life, partnerships, proposal_letters, renewal

urlpatterns = [
    path("", partnerships.PartnershipList.as_view(), name="list"),
    path("picture/", partnerships.picture, name="picture"),
    path("<int:pk>/", partnerships.detail, name="detail"),
    path("import/", importing.upload, name="import"),
    path("import/confirm/", importing.confirm, name="import-confirm"),
    path("import/template/", importing.template, name="import-template"),
    path("letters/", proposal_letters.letters, name="proposal-letters"),
    path("next-year/", renewal.renew, name="renew"),
    path("<int:pk>/end/", partnerships.end, name="end"),
    path("<int:pk>/answer/<str:side>/", partnership_life.answer, name="answer"),
    path("<int:pk>/begin/", partnership_life.begin, name="begin"),
    path("<int:pk>/pause/", partnership_life.pause, name="pause"),
    path("<int:pk>/resume/", partnership_life.resume, name="resume"),
    path("<int:pk>/terms/", partnership_life.terms, name="terms"),
    path("<int:pk>/propose/", partnership_life.propose, name="propose"),
]
