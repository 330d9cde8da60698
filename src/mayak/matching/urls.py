"""Addresses of matching."""

from django.urls import path

from mayak.matching.views import (
    approval,
    fairness,
    importing,
    joint,
    network,
    replay,
    review,
    runs,
    scenarios,
    teacher_approval,
    teacher_review,
    teacher_steps,
)
from mayak.matching.views.dispatch import by_level

app_name = "matching"

urlpatterns = [
    path("", runs.RunList.as_view(), name="runs"),
    path("teachers/", teacher_approval.ApprovedTeacherPairs.as_view(), name="teacher-pairs"),
    path("new/", runs.create, name="create"),
    path("import/", importing.upload, name="import"),
    path("import/confirm/", importing.confirm, name="import-confirm"),
    path("import/template/", importing.template, name="import-template"),
    path(
        "<int:pk>/", by_level(review.Review.as_view(), teacher_review.TeacherReview.as_view()), name="review"
    ),
    path("<int:pk>/readiness/", by_level(runs.readiness, teacher_steps.readiness), name="readiness"),
    path("<int:pk>/rules/", by_level(runs.rules, teacher_steps.rules), name="rules"),
    path("<int:pk>/network/", by_level(network.network), name="network"),
    path("<int:pk>/solve/", runs.solve, name="solve"),
    path("<int:pk>/together/", joint.together, name="together"),
    path("<int:pk>/demands/", by_level(runs.demands, teacher_steps.demands), name="demands"),
    path(
        "<int:pk>/demands/<int:rule_pk>/drop/",
        by_level(runs.drop_demand, teacher_steps.drop_demand),
        name="drop-demand",
    ),
    path("<int:pk>/comparison/", by_level(review.comparison), name="comparison"),
    path("<int:pk>/replay/", replay.replay, name="replay"),
    path("<int:pk>/side-by-side/", scenarios.compared, name="side-by-side"),
    path("<int:pk>/scenario/", scenarios.scenario, name="scenario"),
    path("<int:pk>/repair/", scenarios.repair, name="repair"),
    path("<int:pk>/fairness/", fairness.audit_page, name="fairness"),
    path("<int:pk>/schools/<int:mentee_pk>/", by_level(review.school), name="school"),
    path("<int:pk>/schools/<int:mentee_pk>/move/", by_level(review.move), name="move"),
    path("<int:pk>/schools/<int:mentee_pk>/lock/", by_level(review.lock), name="lock"),
    path("<int:pk>/schools/<int:mentee_pk>/forbid/", by_level(review.forbid), name="forbid"),
    path("<int:pk>/examples/", by_level(runs.examples, teacher_steps.examples), name="examples"),
    path("<int:pk>/teachers/<int:mentee_pk>/", teacher_review.person, name="person"),
    path("<int:pk>/teachers/<int:mentee_pk>/move/", teacher_review.move, name="person-move"),
    path("<int:pk>/teachers/<int:mentee_pk>/lock/", teacher_review.lock, name="person-lock"),
    path("<int:pk>/teachers/<int:mentee_pk>/forbid/", teacher_review.forbid, name="person-forbid"),
    path("<int:pk>/approve/", by_level(approval.approve, teacher_approval.approve), name="approve"),
    path("<int:pk>/archive/", approval.archive, name="archive"),
]
