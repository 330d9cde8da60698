"""Addresses of diagnosis."""

from django.urls import path

from mayak.diagnosis.views import index, lead_profiles, survey_rounds
from mayak.diagnosis.views.lesson_paths import LESSON_PATHS
from mayak.diagnosis.views.measure_paths import MEASURE_PATHS
from mayak.diagnosis.views.people_paths import PEOPLE_PATHS
from mayak.diagnosis.views.school_paths import SCHOOL_PATHS

app_name = "diagnosis"

urlpatterns = [
    path("", index.index, name="index"),
    path("leads/", lead_profiles.LeadProfileList.as_view(), name="profiles"),
    path("leads/build/", lead_profiles.build, name="build"),
    path("leads/<int:pk>/", lead_profiles.profile, name="profile"),
    path("leads/<int:pk>/edit/", lead_profiles.edit, name="edit"),
    path("leads/<int:pk>/strengths/", lead_profiles.add_strength, name="add-strength"),
    path(
        "leads/<int:pk>/strengths/<int:strength_pk>/remove/",
        lead_profiles.drop_strength,
        name="drop-strength",
    ),
    *LESSON_PATHS,
    *MEASURE_PATHS,
    *PEOPLE_PATHS,
    *SCHOOL_PATHS,
    path("surveys/", survey_rounds.SurveyRoundList.as_view(), name="survey-rounds"),
    path("surveys/<int:pk>/", survey_rounds.survey_round, name="survey-round"),
]
