"""The addresses of risk profiles, passports, needs and readiness."""

from django.urls import path

from mayak.diagnosis.views import (
    lead_passports,
    mentor_nominations,
    mentor_scores,
    mentors,
    needs,
    readiness,
    risk,
    risk_rules,
)

_RISK = [
    path("risk/", risk.matrix, name="risk"),
    path("risk/export/", risk.export, name="risk-export"),
    path("risk/rules/", risk_rules.rules, name="risk-rules"),
    path("risk/rules/factors/add/", risk_rules.add_factor, name="risk-factor-add"),
    path("risk/rules/factors/<int:pk>/", risk_rules.edit_factor, name="risk-factor-edit"),
    path("risk/rules/cutoffs/add/", risk_rules.add_cutoff, name="risk-cutoff-add"),
    path("risk/rules/cutoffs/<int:pk>/", risk_rules.edit_cutoff, name="risk-cutoff-edit"),
    path("risk/rules/weights/<int:pk>/", risk_rules.edit_weight, name="need-weight-edit"),
    path("risk/<int:pk>/", risk.school, name="risk-school"),
    path("risk/<int:pk>/export/", risk.export_school, name="risk-school-export"),
    path("risk/<int:pk>/compute/", risk.compute, name="risk-compute"),
    path("risk/<int:pk>/copy/", risk.copy, name="risk-copy"),
    path("risk/<int:pk>/factors/<int:factor_pk>/", risk.factor, name="risk-factor"),
    path("risk/<int:pk>/factors/<int:factor_pk>/withdraw/", risk.withdraw, name="risk-withdraw"),
]
_LEADS = [
    path("leads/nominate/", lead_passports.nominate, name="nominate"),
    path("leads/<int:pk>/offers/", lead_passports.offer, name="add-offer"),
    path("leads/<int:pk>/offers/<int:line_pk>/remove/", lead_passports.drop_offer, name="drop-offer"),
    path("leads/<int:pk>/proofs/", lead_passports.proof, name="add-proof"),
    path("leads/<int:pk>/proofs/<int:line_pk>/remove/", lead_passports.drop_proof, name="drop-proof"),
    path("leads/<int:pk>/submit/", lead_passports.submit, name="submit-profile"),
    path("leads/<int:pk>/decide/", lead_passports.decide, name="decide-profile"),
]
_MENTORS = [
    path("mentors/", mentors.MentorList.as_view(), name="mentors"),
    path("mentors/me/", mentor_nominations.own, name="mentor-own"),
    path("mentors/nominate/", mentor_nominations.nominate, name="mentor-nominate"),
    path("mentors/criteria/", mentor_scores.criteria, name="mentor-criteria"),
    path("mentors/criteria/<int:pk>/new/", mentor_scores.new_version, name="criteria-new"),
    path("mentors/criteria/<int:pk>/use/", mentor_scores.use_version, name="criteria-use"),
    path("mentors/criteria/<int:pk>/items/", mentor_scores.add_item, name="criterion-add"),
    path("mentors/criteria/<int:pk>/items/<int:item_pk>/", mentor_scores.edit_item, name="criterion-edit"),
    path(
        "mentors/criteria/<int:pk>/items/<int:item_pk>/remove/",
        mentor_scores.drop_item,
        name="criterion-drop",
    ),
    path("mentors/<int:pk>/", mentors.mentor, name="mentor"),
    path("mentors/<int:pk>/edit/", mentors.edit, name="edit-mentor"),
    path("mentors/<int:pk>/strengths/", mentors.strength, name="add-mentor-strength"),
    path(
        "mentors/<int:pk>/strengths/<int:line_pk>/remove/", mentors.drop_strength, name="drop-mentor-strength"
    ),
    path("mentors/<int:pk>/proofs/", mentors.proof, name="add-mentor-proof"),
    path("mentors/<int:pk>/proofs/<int:line_pk>/remove/", mentors.drop_proof, name="drop-mentor-proof"),
    path("mentors/<int:pk>/submit/", mentors.submit, name="submit-mentor"),
    path("mentors/<int:pk>/decide/", mentors.decide, name="decide-mentor"),
    path("mentors/<int:pk>/score/", mentor_scores.score, name="mentor-score"),
    path("mentors/<int:pk>/result/", mentor_scores.result, name="mentor-result"),
]
_NEEDS = [
    path("needs/", needs.NeedsList.as_view(), name="needs"),
    path("needs/export/", needs.export, name="needs-export"),
    path("needs/compute/", needs.compute_all, name="needs-compute-all"),
    path("needs/schools/<int:pk>/", needs.school, name="needs-school"),
    path("needs/schools/<int:pk>/export/", needs.export_school, name="needs-school-export"),
    path("needs/schools/<int:pk>/compute/", needs.compute, name="needs-compute"),
    path("needs/schools/<int:pk>/add/", needs.add, name="need-add"),
    path("needs/<int:pk>/weight/", needs.weigh, name="need-weigh"),
    path("needs/<int:pk>/drop/", needs.drop, name="need-drop"),
    path("needs/<int:pk>/restore/", needs.restore, name="need-restore"),
    path("readiness/", readiness.readiness, name="readiness"),
]
SCHOOL_PATHS = [*_RISK, *_LEADS, *_MENTORS, *_NEEDS]
