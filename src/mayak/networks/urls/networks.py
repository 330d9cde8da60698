"""Addresses of networks and their rules."""

from django.urls import path

from mayak.networks.views import network_guide, network_members, network_papers, network_rules, networks

urlpatterns = [
    path("all/", networks.NetworkList.as_view(), name="networks"),
    path("all/new/", networks.create, name="network-create"),
    path("all/<int:pk>/", networks.detail, name="network"),
    path("all/<int:pk>/edit/", networks.edit, name="network-edit"),
    path("all/<int:pk>/picture/", networks.picture, name="network-picture"),
    path("all/<int:pk>/part/", networks.create_part, name="network-part"),
    path("all/<int:pk>/start/", networks.activate, name="network-activate"),
    path("all/<int:pk>/close/", networks.close, name="network-close"),
    path("all/<int:pk>/guide/", network_guide.guide, name="network-guide"),
    path("all/<int:pk>/choose/", network_guide.choose, name="network-choose"),
    path("all/<int:pk>/members/take/", networks.take_members, name="network-take-members"),
    path("all/<int:pk>/members/add/", network_members.add, name="network-member-add"),
    path("all/<int:pk>/members/<int:member_pk>/", network_members.edit, name="network-member"),
    path("all/<int:pk>/members/<int:member_pk>/leave/", network_members.leave, name="network-leave"),
    path("all/<int:pk>/centre/", network_papers.centre, name="network-centre-add"),
    path("all/<int:pk>/centre/<int:centre_pk>/", network_papers.centre, name="network-centre"),
    path("all/<int:pk>/centre/<int:centre_pk>/drop/", network_papers.drop_centre, name="network-centre-drop"),
    path("all/<int:pk>/direction/<slug:kind>/", network_papers.direction, name="network-direction"),
    path("all/<int:pk>/document/<int:requirement_pk>/", network_papers.document, name="network-document"),
    path(
        "all/<int:pk>/document/<int:requirement_pk>/<int:member_pk>/",
        network_papers.document,
        name="network-member-document",
    ),
    path("all/<int:pk>/check/", network_papers.check, name="network-check"),
    path("rules/", network_rules.rules, name="network-rules"),
    path("rules/<slug:kind>/add/", network_rules.add_rule, name="network-rule-add"),
    path("rules/<slug:kind>/<int:pk>/", network_rules.edit_rule, name="network-rule"),
]
