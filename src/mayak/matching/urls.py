"""Addresses of matching."""

from django.urls import path

from mayak.matching.views import approval, review, runs

app_name = "matching"

urlpatterns = [
    path("", runs.RunList.as_view(), name="runs"),
    path("new/", runs.create, name="create"),
    path("<int:pk>/", review.Review.as_view(), name="review"),
    path("<int:pk>/readiness/", runs.readiness, name="readiness"),
    path("<int:pk>/rules/", runs.rules, name="rules"),
    path("<int:pk>/solve/", runs.solve, name="solve"),
    path("<int:pk>/demands/", runs.demands, name="demands"),
    path("<int:pk>/demands/<int:rule_pk>/drop/", runs.drop_demand, name="drop-demand"),
    path("<int:pk>/comparison/", review.comparison, name="comparison"),
    path("<int:pk>/schools/<int:mentee_pk>/", review.school, name="school"),
    path("<int:pk>/schools/<int:mentee_pk>/move/", review.move, name="move"),
    path("<int:pk>/schools/<int:mentee_pk>/lock/", review.lock, name="lock"),
    path("<int:pk>/schools/<int:mentee_pk>/forbid/", review.forbid, name="forbid"),
    path("<int:pk>/approve/", approval.approve, name="approve"),
    path("<int:pk>/archive/", approval.archive, name="archive"),
]
