"""Addresses of the results."""

from django.urls import URLPattern, path

from mayak.results.views import (
    anonymised,
    batches,
    context,
    files,
    identification,
    mapping,
    participants,
    questions,
    results,
    rule_sets,
    rules,
    statuses,
    upload,
)

app_name = "results"

urlpatterns: list[URLPattern] = [
    path("", results.overview, name="overview"),
    path("upload/", upload.upload, name="upload"),
    path("imports/", batches.BatchList.as_view(), name="batches"),
    path("imports/<int:pk>/", batches.batch_detail, name="batch"),
    path("imports/<int:pk>/trial/", batches.batch_trial, name="batch-trial"),
    path("imports/<int:pk>/apply/", batches.batch_apply, name="batch-apply"),
    path("imports/<int:pk>/undo/", batches.batch_undo, name="batch-undo"),
    path("imports/<int:pk>/discard/", batches.batch_discard, name="batch-discard"),
    path("imports/<int:pk>/report/", batches.LineList.as_view(), name="batch-lines"),
    path("imports/<int:pk>/report.json", batches.batch_report, name="batch-report"),
    path("imports/<int:pk>/schools/", questions.questions, name="questions"),
    path("imports/<int:pk>/schools/create/", questions.create_all, name="create-all"),
    path("imports/<int:pk>/sheets/<int:number>/", mapping.sheet_mapping, name="mapping"),
    path("schools/", results.ResultList.as_view(), name="list"),
    path("schools/<int:pk>/", results.result_detail, name="result"),
    path("schools/<int:pk>/source/", files.provenance, name="provenance"),
    path("schools/<int:pk>/participants/", participants.ParticipantList.as_view(), name="participants"),
    path("assessments/<int:pk>/", results.assessment_detail, name="assessment"),
    path("files/<int:pk>/", files.download, name="download"),
    path("context/", context.ContextList.as_view(), name="context"),
    path("context/<int:pk>/", context.context_school, name="context-school"),
    path("anonymised/", anonymised.anonymised, name="anonymised"),
    path("anonymised/<uuid:pk>/", anonymised.anonymised_file, name="anonymised-file"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:kind>/new/", rules.rule_edit, name="rule-new"),
    path("rules/<slug:kind>/<int:pk>/", rules.rule_edit, name="rule"),
    path("rules/<slug:kind>/<int:pk>/delete/", rules.rule_delete, name="rule-delete"),
]

identification_urls: list[URLPattern] = [
    path("", identification.OverviewPage.as_view(), name="overview"),
    path("start/", identification.start, name="start"),
    path("runs/", identification.RunList.as_view(), name="runs"),
    path("runs/<int:pk>/", identification.RunPage.as_view(), name="run"),
    path("runs/<int:pk>/approve/", identification.approve, name="approve"),
    path("runs/<int:pk>/archive/", identification.put_away, name="archive"),
    path("runs/<int:pk>/changes/", identification.changes, name="changes"),
    path("decisions/<int:pk>/", identification.decision, name="decision"),
    path("rules/", rule_sets.RuleSetList.as_view(), name="rules"),
    path("rules/compare/", rule_sets.rule_compare, name="rule-compare"),
    path("rules/<int:pk>/", rule_sets.rule_detail, name="rule"),
    path("rules/<int:pk>/edit/", rule_sets.rule_edit, name="rule-edit"),
    path("rules/<int:pk>/copy/", rule_sets.rule_copy, name="rule-copy"),
    path("rules/<int:pk>/archive/", rule_sets.rule_archive, name="rule-archive"),
    path("statuses/", statuses.StatusList.as_view(), name="statuses"),
    path("statuses/new/", statuses.status_create, name="status-create"),
    path("statuses/<int:pk>/end/", statuses.status_end, name="status-end"),
    path("statuses/import/", statuses.status_import, name="status-import"),
    path("statuses/import/confirm/", statuses.status_confirm, name="status-confirm"),
    path("statuses/import/template/", statuses.status_template, name="status-template"),
    path("statuses/lists/<uuid:key>/", statuses.status_list, name="status-list"),
    path("statuses/lists/<uuid:key>/undo/", statuses.status_undo, name="status-undo"),
]
"""Pages of «who needs help»: a step of its own, so under an address and a namespace of its own."""
