"""Addresses of contests, cards of dynamics, recommendations and the training of mentors."""

from django.urls import URLPattern, path

from mayak.diagnosis.views import (
    contest_applications,
    contest_experts,
    contests,
    dynamics,
    measures,
    recommendations,
    training,
    training_people,
)

_CONTEST = "contests/<int:pk>/"
_APPLICATION = "contest-applications/<int:pk>/"
_SHEET = "expert-evaluation/<int:pk>/"
_CARD = "dynamics/<int:pk>/"
_ROW = "recommendations/<int:pk>/"
_PERSON = "training/people/<int:pk>/"

CONTEST_PATHS: list[URLPattern] = [
    path("contests/", contests.ContestList.as_view(), name="contests"),
    path("contests/new/", contests.create, name="contest-create"),
    path(_CONTEST, contests.detail, name="contest"),
    path(f"{_CONTEST}edit/", contests.edit, name="contest-edit"),
    path(f"{_CONTEST}protocol/", contests.protocol_data, name="contest-protocol-data"),
    path(f"{_CONTEST}protocol/file/", contests.protocol, name="contest-protocol"),
    path(f"{_CONTEST}export/", contests.export, name="contest-export"),
    path(f"{_CONTEST}criteria/new/", contests.criterion, name="contest-criterion-create"),
    path(f"{_CONTEST}criteria/<int:criterion_pk>/", contests.criterion, name="contest-criterion"),
    path(
        f"{_CONTEST}criteria/<int:criterion_pk>/remove/",
        contests.drop_criterion,
        name="contest-criterion-drop",
    ),
    path(f"{_CONTEST}step/<slug:name>/", contests.step, name="contest-step"),
    path(f"{_CONTEST}reopen/", contests.reopen, name="contest-reopen"),
    path(f"{_CONTEST}statuses/", contests.statuses, name="contest-statuses"),
    path(f"{_CONTEST}experts/", contest_experts.add_expert, name="contest-expert-add"),
    path(f"{_CONTEST}experts/assign/", contest_experts.assign_all, name="contest-assign-all"),
    path(
        f"{_CONTEST}experts/<int:expert_pk>/remove/", contest_experts.drop_expert, name="contest-expert-drop"
    ),
    path(
        f"{_CONTEST}applications/<int:application_pk>/experts/<int:expert_pk>/",
        contest_experts.assign,
        name="contest-assign",
    ),
    path(
        f"{_CONTEST}assignments/<int:assignment_pk>/remove/",
        contest_experts.unassign,
        name="contest-unassign",
    ),
    path(f"{_CONTEST}apply/", contest_applications.apply, name="contest-apply"),
    path(f"{_CONTEST}import/", contest_applications.load, name="contest-import"),
    path(f"{_CONTEST}import/confirm/", contest_applications.confirm, name="contest-import-confirm"),
    path(f"{_CONTEST}import/template/", contest_applications.template, name="contest-template"),
    path(_APPLICATION, contest_applications.detail, name="contest-application"),
    path(f"{_APPLICATION}edit/", contest_applications.edit, name="contest-application-edit"),
    path(f"{_APPLICATION}submit/", contest_applications.submit, name="contest-application-submit"),
    path(f"{_APPLICATION}withdraw/", contest_applications.withdraw, name="contest-application-withdraw"),
    path(f"{_APPLICATION}decision/", contest_applications.decide, name="contest-decide"),
    path(f"{_APPLICATION}files/", contest_applications.add_file, name="contest-file-add"),
    path(f"{_APPLICATION}files/<int:file_pk>/", contest_applications.file, name="contest-file"),
    path(
        f"{_APPLICATION}files/<int:file_pk>/remove/", contest_applications.drop_file, name="contest-file-drop"
    ),
    path("expert-evaluation/", contest_experts.MyAssignments.as_view(), name="contest-tasks"),
    path(_SHEET, contest_experts.sheet, name="contest-sheet"),
    path(f"{_SHEET}conflict/", contest_experts.decline, name="contest-decline"),
    path(f"{_SHEET}files/<int:file_pk>/", contest_experts.sheet_file, name="contest-sheet-file"),
]

DYNAMICS_PATHS: list[URLPattern] = [
    path("dynamics/", dynamics.CardList.as_view(), name="dynamics"),
    path("dynamics/new/", dynamics.create, name="dynamics-create"),
    path("dynamics/indicators/", dynamics.IndicatorList.as_view(), name="dynamics-indicators"),
    path("dynamics/indicators/new/", dynamics.indicator, name="dynamics-indicator-create"),
    path("dynamics/indicators/<int:pk>/", dynamics.indicator, name="dynamics-indicator"),
    path(_CARD, dynamics.card, name="dynamics-card"),
    path(f"{_CARD}print/", dynamics.print_card, name="dynamics-print"),
    path(f"{_CARD}fill/", dynamics.fill, name="dynamics-fill"),
    path(f"{_CARD}conclusion/", dynamics.note, name="dynamics-note"),
    path(f"{_CARD}values/<int:indicator_pk>/", dynamics.value, name="dynamics-value"),
    path("measures/thresholds/", dynamics.ThresholdList.as_view(), name="measure-thresholds"),
    path("measures/thresholds/<int:pk>/", dynamics.threshold, name="measure-threshold"),
]

RECOMMENDATION_PATHS: list[URLPattern] = [
    path("measures/", measures.TemplateList.as_view(), name="measure-templates"),
    path("measures/new/", measures.template, name="measure-template-create"),
    path("measures/<int:pk>/", measures.template, name="measure-template"),
    path("measures/propose/", measures.choose, name="measure-choose"),
    path("measures/propose/<int:school_pk>/<int:year_pk>/", measures.proposals, name="measure-proposals"),
    path("recommendations/", recommendations.RecommendationList.as_view(), name="recommendations"),
    path("recommendations/issue/", recommendations.issue_all, name="recommendations-issue"),
    path("recommendations/new/<int:school_pk>/", recommendations.create, name="recommendation-create"),
    path(_ROW, recommendations.detail, name="recommendation"),
    path(f"{_ROW}edit/", recommendations.edit, name="recommendation-edit"),
    path(f"{_ROW}issue/", recommendations.issue, name="recommendation-issue"),
    path(f"{_ROW}done/", recommendations.done, name="recommendation-done"),
    path(f"{_ROW}return/", recommendations.send_back, name="recommendation-return"),
    path(f"{_ROW}cancel/", recommendations.cancel, name="recommendation-cancel"),
    path(f"{_ROW}remove/", recommendations.drop, name="recommendation-drop"),
    path(f"{_ROW}evidence/", recommendations.evidence, name="recommendation-evidence"),
]

TRAINING_PATHS: list[URLPattern] = [
    path("training/", training.MentorList.as_view(), name="training"),
    path("training/mine/", training_people.mine, name="training-mine"),
    path("training/courses/", training.CourseList.as_view(), name="training-courses"),
    path("training/courses/new/", training.course_edit, name="training-course-create"),
    path("training/courses/<int:pk>/", training.course, name="training-course"),
    path("training/courses/<int:pk>/edit/", training.course_edit, name="training-course-edit"),
    path("training/topics/", training.TopicList.as_view(), name="training-topics"),
    path("training/topics/new/", training.topic, name="training-topic-create"),
    path("training/topics/<int:pk>/", training.topic, name="training-topic"),
    path("training/rewards/", training.IncentiveList.as_view(), name="training-incentives"),
    path("training/rewards/new/", training.incentive, name="training-incentive-create"),
    path("training/rewards/<int:pk>/", training.incentive, name="training-incentive"),
    path("training/import/", training_people.load, name="training-import"),
    path("training/import/confirm/", training_people.confirm, name="training-import-confirm"),
    path("training/import/template/", training_people.template, name="training-template"),
    path(_PERSON, training_people.person, name="training-person"),
    path(f"{_PERSON}needs/new/", training_people.need_add, name="training-need-add"),
    path(
        f"{_PERSON}needs/<int:need_pk>/<slug:state>/", training_people.need_state, name="training-need-state"
    ),
    path(f"{_PERSON}enrol/", training_people.enrol, name="training-enrol"),
    path(
        f"{_PERSON}enrolments/<int:enrolment_pk>/end/",
        training_people.enrolment_end,
        name="training-enrolment-end",
    ),
    path(f"{_PERSON}certificates/new/", training_people.certificate_add, name="training-certificate-add"),
    path(
        f"{_PERSON}certificates/<int:certificate_pk>/remove/",
        training_people.certificate_drop,
        name="training-certificate-drop",
    ),
    path(
        f"{_PERSON}certificates/<int:certificate_pk>/scan/",
        training_people.certificate_scan,
        name="training-certificate-scan",
    ),
    path(f"{_PERSON}rewards/new/", training_people.reward_add, name="training-reward-add"),
    path(
        f"{_PERSON}rewards/<int:reward_pk>/remove/", training_people.reward_drop, name="training-reward-drop"
    ),
]

MEASURE_PATHS = [*CONTEST_PATHS, *DYNAMICS_PATHS, *RECOMMENDATION_PATHS, *TRAINING_PATHS]
