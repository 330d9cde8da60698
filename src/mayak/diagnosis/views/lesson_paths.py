"""The addresses of lesson observation."""

from django.urls import path

from mayak.diagnosis.views import lesson_rounds, lessons, observation_forms, sheets

LESSON_PATHS = [
    path("lessons/", lessons.LessonList.as_view(), name="lessons"),
    path("lessons/new/", lessons.lesson_new, name="lesson-new"),
    path("lessons/mine/", sheets.MySheets.as_view(), name="my-sheets"),
    path("lessons/<int:pk>/", lessons.lesson, name="lesson"),
    path("lessons/<int:pk>/edit/", lessons.lesson_edit, name="lesson-edit"),
    path("lessons/<int:pk>/delete/", lessons.lesson_delete, name="lesson-delete"),
    path("lessons/<int:pk>/observers/", lessons.observer_add, name="lesson-observer-add"),
    path(
        "lessons/<int:pk>/observers/<int:sheet_pk>/remove/",
        lessons.observer_remove,
        name="lesson-observer-remove",
    ),
    path("lessons/<int:pk>/reflection/", lessons.reflection, name="lesson-reflection"),
    path("lessons/<int:pk>/note/", lessons.note, name="lesson-note"),
    path("sheets/<int:pk>/", sheets.sheet, name="lesson-sheet"),
    path("sheets/<int:pk>/save/", sheets.sheet_save, name="lesson-sheet-save"),
    path("sheets/<int:pk>/reopen/", sheets.sheet_reopen, name="lesson-sheet-reopen"),
    path("lesson-forms/", observation_forms.ObservationFormList.as_view(), name="lesson-forms"),
    path("lesson-forms/new/", observation_forms.form_new, name="lesson-form-new"),
    path("lesson-forms/<int:pk>/", observation_forms.form, name="lesson-form"),
    path("lesson-forms/<int:pk>/edit/", observation_forms.form_edit, name="lesson-form-edit"),
    path("lesson-forms/<int:pk>/copy/", observation_forms.form_copy, name="lesson-form-copy"),
    path("lesson-forms/<int:pk>/version/", observation_forms.form_version, name="lesson-form-version"),
    path("lesson-forms/<int:pk>/sums/", observation_forms.form_sums, name="lesson-form-sums"),
    path("lesson-forms/<int:pk>/delete/", observation_forms.form_delete, name="lesson-form-delete"),
    path("lesson-forms/<int:pk>/deed/<slug:deed>/", observation_forms.form_deed, name="lesson-form-deed"),
    path("lesson-forms/<int:pk>/add/<slug:kind>/", observation_forms.part_add, name="lesson-part-add"),
    path("lesson-forms/<int:pk>/parts/<slug:code>/", observation_forms.part_edit, name="lesson-part-edit"),
    path(
        "lesson-forms/<int:pk>/parts/<slug:code>/<slug:deed>/",
        observation_forms.part_deed,
        name="lesson-part-deed",
    ),
    path("lesson-festivals/", lesson_rounds.LessonRoundList.as_view(), name="lesson-rounds"),
    path("lesson-festivals/new/", lesson_rounds.round_new, name="lesson-round-new"),
    path("lesson-festivals/template/", lesson_rounds.import_template, name="lesson-list-template"),
    path("lesson-festivals/<int:pk>/", lesson_rounds.round_page, name="lesson-round"),
    path("lesson-festivals/<int:pk>/edit/", lesson_rounds.round_edit, name="lesson-round-edit"),
    path("lesson-festivals/<int:pk>/close/", lesson_rounds.round_close, name="lesson-round-close"),
    path("lesson-festivals/<int:pk>/import/", lesson_rounds.round_import, name="lesson-round-import"),
    path("lesson-festivals/<int:pk>/import/apply/", lesson_rounds.round_apply, name="lesson-round-apply"),
]
