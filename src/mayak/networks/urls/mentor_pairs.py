"""Addresses of mentor pairs."""

from django.urls import path

from mayak.networks.views import mentor_pairs, pair_importing, pair_page, pair_rules, pair_steps, pair_work

urlpatterns = [
    path("pairs/", mentor_pairs.PairList.as_view(), name="pairs"),
    path("pairs/mentors/", mentor_pairs.MentorBank.as_view(), name="pair-mentors"),
    path("pairs/mentees/", mentor_pairs.MenteeBank.as_view(), name="pair-mentees"),
    path("pairs/new/", mentor_pairs.create, name="pair-create"),
    path("pairs/import/", pair_importing.upload, name="pair-import"),
    path("pairs/import/confirm/", pair_importing.confirm, name="pair-import-confirm"),
    path("pairs/import/template/", pair_importing.template, name="pair-import-template"),
    path("pairs/rules/", pair_rules.rules, name="pair-rules"),
    path("pairs/rules/<int:pk>/", pair_rules.rule, name="pair-rule"),
    path("pairs/holidays/new/", pair_rules.create_holiday, name="pair-holiday-create"),
    path("pairs/holidays/<int:pk>/", pair_rules.holiday, name="pair-holiday"),
    path("pairs/<int:pk>/", pair_page.detail, name="pair"),
    path("pairs/<int:pk>/edit/", mentor_pairs.edit, name="pair-edit"),
    path("pairs/<int:pk>/consent/", pair_steps.consent, name="pair-consent"),
    path("pairs/<int:pk>/refuse/", pair_steps.refuse, name="pair-refuse"),
    path("pairs/<int:pk>/step/<slug:step>/", pair_steps.step, name="pair-step"),
    path("pairs/<int:pk>/add/<slug:what>/", pair_work.add, name="pair-add"),
    path("pairs/<int:pk>/plan/propose/", pair_work.propose, name="pair-plan-propose"),
    path("pairs/<int:pk>/plan/approve/", pair_work.approve, name="pair-plan-approve"),
    path("pairs/<int:pk>/plan/<int:item_pk>/<slug:act>/", pair_work.line, name="pair-line"),
    path("pairs/<int:pk>/meeting/<int:meeting_pk>/<slug:act>/", pair_work.meeting, name="pair-meeting"),
    path("pairs/<int:pk>/words/<slug:kind>/<int:entry_pk>/<slug:act>/", pair_work.words, name="pair-words"),
]
