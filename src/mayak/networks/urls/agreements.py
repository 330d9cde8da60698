"""Addresses of agreements."""

from django.urls import path

from mayak.networks.views import agreement_life as life
from mayak.networks.views import agreement_texts as texts
from mayak.networks.views import agreements

_ONE = "agreements/<int:pk>/"

urlpatterns = [
    path("agreements/", agreements.AgreementList.as_view(), name="agreements"),
    path("agreements/new/", agreements.create, name="agreement-new"),
    path("agreements/other/", agreements.create_free, name="agreement-free"),
    path("agreements/for-all/", agreements.mass, name="agreements-mass"),
    path(_ONE, agreements.detail, name="agreement"),
    path(f"{_ONE}edit/", agreements.edit, name="agreement-edit"),
    path(f"{_ONE}parties/add/", texts.party_add, name="agreement-party-add"),
    path(f"{_ONE}parties/<int:party_pk>/", texts.party_edit, name="agreement-party"),
    path(f"{_ONE}parties/<int:party_pk>/refresh/", texts.party_refresh, name="agreement-party-refresh"),
    path(f"{_ONE}parties/<int:party_pk>/drop/", texts.party_drop, name="agreement-party-drop"),
    path(f"{_ONE}clauses/add/", texts.clause_add, name="agreement-clause-add"),
    path(f"{_ONE}clauses/missing/", texts.add_missing, name="agreement-missing"),
    path(f"{_ONE}clauses/numbers/", texts.renumber, name="agreement-renumber"),
    path(f"{_ONE}clauses/<int:clause_pk>/", texts.clause_edit, name="agreement-clause"),
    path(f"{_ONE}clauses/<int:clause_pk>/drop/", texts.clause_drop, name="agreement-clause-drop"),
    path(f"{_ONE}versions/new/", texts.version_new, name="agreement-version-new"),
    path(f"{_ONE}versions/compare/", texts.compare, name="agreement-compare"),
    path(f"{_ONE}versions/<int:number>/", texts.version, name="agreement-version"),
    path(f"{_ONE}approvals/add/", life.approval_add, name="agreement-approval-add"),
    path(f"{_ONE}approvals/<int:approval_pk>/", life.decide, name="agreement-decide"),
    path(f"{_ONE}approvals/<int:approval_pk>/drop/", life.approval_drop, name="agreement-approval-drop"),
    path(f"{_ONE}send/", life.send, name="agreement-send"),
    path(f"{_ONE}agree/", life.agree, name="agreement-agree"),
    path(f"{_ONE}reopen/", life.reopen, name="agreement-reopen"),
    path(f"{_ONE}sign/", life.sign, name="agreement-sign"),
    path(f"{_ONE}files/add/", life.file_add, name="agreement-file-add"),
    path(f"{_ONE}files/<int:file_pk>/", life.file_send, name="agreement-file"),
    path(f"{_ONE}amend/", life.amend, name="agreement-amend"),
    path(f"{_ONE}end/", life.end, name="agreement-end"),
    path(f"{_ONE}letter/", life.reminder, name="agreement-letter"),
]
