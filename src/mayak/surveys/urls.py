"""Addresses of surveys."""

from django.urls import URLPattern, path

from mayak.surveys.views import (
    answering,
    campaign_steps,
    campaigns,
    comparison,
    open_answering,
    question_edits,
    questionnaire_files,
    questionnaires,
    responses,
    results,
    rules,
    themes,
    versions,
)

app_name = "surveys"

CAMPAIGNS: list[URLPattern] = [
    path("", campaigns.CampaignList.as_view(), name="list"),
    path("new/", campaigns.new, name="campaign-new"),
    path("<int:pk>/", campaigns.detail, name="campaign"),
    path("<int:pk>/edit/", campaigns.edit, name="campaign-edit"),
    path("<int:pk>/delete/", campaigns.delete, name="campaign-delete"),
    path("<int:pk>/copy/", campaigns.copy, name="campaign-copy"),
    path("<int:pk>/start/", campaign_steps.start, name="start"),
    path("<int:pk>/remind/", campaign_steps.remind, name="remind"),
    path("<int:pk>/close/", campaign_steps.close, name="close"),
    path("<int:pk>/reopen/", campaign_steps.reopen, name="reopen"),
    path("<int:pk>/participation/", campaign_steps.participation, name="participation"),
    path("<int:pk>/links/", campaign_steps.links, name="links"),
    path("audiences/<int:pk>/who/<int:organisation>/", campaign_steps.who, name="who"),
    path("links/<int:pk>/close/", campaign_steps.link_close, name="link-close"),
    path("links/<int:pk>/expected/", campaign_steps.link_expected, name="link-expected"),
    path("files/<uuid:key>/", campaign_steps.answer_file, name="answer-file"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<int:pk>/", rules.rule_edit, name="rule-edit"),
    path("mine/", answering.mine, name="mine"),
    path("mine/<int:pk>/", answering.mine_answer, name="mine-answer"),
    path("mine/<int:pk>/draft/", answering.mine_draft, name="mine-draft"),
    path("a/<str:token>/", answering.answer, name="answer"),
    path("a/<str:token>/draft/", answering.draft, name="draft"),
    path("o/<str:token>/", open_answering.open_answer, name="open-answer"),
]

QUESTIONNAIRES: list[URLPattern] = [
    path("questionnaires/", questionnaires.QuestionnaireList.as_view(), name="questionnaires"),
    path("questionnaires/new/", questionnaires.new, name="new"),
    path("questionnaires/import/", questionnaire_files.import_file, name="import"),
    path("questionnaires/template/", questionnaire_files.export_template, name="export-template"),
    path("questionnaires/<int:pk>/", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<int:pk>/edit/", questionnaires.edit_questionnaire, name="edit-questionnaire"),
    path("questionnaires/<int:pk>/draft/", questionnaires.edit_draft, name="edit-draft"),
    path("questionnaires/<int:pk>/archive/", questionnaires.archive, name="archive"),
    path("questionnaires/<int:pk>/differences/", questionnaires.show_differences, name="differences"),
    path("blocks/", questionnaires.BlockList.as_view(), name="blocks"),
    path("blocks/<int:pk>/", questionnaires.block, name="block"),
    path("blocks/<int:pk>/remove/", questionnaires.drop_block, name="drop-block"),
    path("versions/<int:pk>/", versions.version, name="version"),
    path("versions/<int:pk>/preview/", versions.preview, name="preview"),
    path("versions/<int:pk>/xlsform/", questionnaire_files.export_xlsform, name="export-xlsform"),
    path("versions/<int:pk>/xlsx/", questionnaire_files.export_xlsx, name="export-xlsx"),
    path("versions/<int:pk>/note/", versions.edit_note, name="edit-note"),
    path("versions/<int:pk>/drop/", versions.edit_drop, name="edit-drop"),
    path("versions/<int:pk>/insert/", versions.edit_insert, name="edit-insert"),
    path("versions/<int:pk>/move/<str:code>/", versions.edit_move, name="edit-move"),
    path("versions/<int:pk>/remove/<str:code>/", versions.edit_remove, name="edit-remove"),
    path("versions/<int:pk>/new-section/", question_edits.edit_section, name="edit-new-section"),
    path("versions/<int:pk>/sections/<str:code>/", question_edits.edit_section, name="edit-section"),
    path("versions/<int:pk>/sections/<str:code>/block/", versions.edit_block, name="edit-block"),
    path(
        "versions/<int:pk>/sections/<str:code>/questions/new/",
        question_edits.add_question,
        name="edit-new-question",
    ),
    path("versions/<int:pk>/questions/<str:code>/", question_edits.edit_question, name="edit-question"),
]

RESULTS: list[URLPattern] = [
    path("<int:pk>/results/", results.results, name="results"),
    path("<int:pk>/results/refresh/", results.refresh, name="results-refresh"),
    path("<int:pk>/results/export/", results.export, name="results-export"),
    path("results/files/<uuid:pk>/", results.export_download, name="results-file"),
    path("<int:pk>/compare/", comparison.compare, name="compare"),
    path("<int:pk>/texts/", themes.themes, name="themes"),
    path("<int:pk>/texts/<slug:code>/", themes.texts, name="theme-texts"),
    path("<int:pk>/texts/<slug:code>/sort/", themes.sort_texts, name="theme-sort"),
    path("themes/<int:pk>/", themes.theme_edit, name="theme"),
    path("themes/<int:pk>/merge/", themes.theme_merge, name="theme-merge"),
    path("themes/<int:pk>/delete/", themes.theme_delete, name="theme-delete"),
    path("<int:pk>/responses/", responses.ResponseList.as_view(), name="responses"),
    path("responses/<int:pk>/", responses.response, name="response"),
]

urlpatterns: list[URLPattern] = [
    *QUESTIONNAIRES,
    *CAMPAIGNS,
    *RESULTS,
]
