"""How actions, kinds of objects and fields are named on the pages of the audit log."""

from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS: dict[str, Any] = {
    "create": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "archive": _("archived"),
    "restore": _("restored"),
    "import": _("imported"),
    "undo": _("undone"),
    "export": _("exported"),
    "read": _("read"),
    "link": _("linked"),
    "waive": _("waived"),
    "reopen": _("opened again"),
    "retry": _("tried again"),
    "make": _("made"),
    "register": _("registered"),
    "upload": _("uploaded"),
    "sign-in": _("signed in"),
    "lockout": _("guessed a password too often"),
    "password": _("changed the password"),
    "reset-letter": _("asked for a letter with a new password"),
    "factor-add": _("added a second factor"),
    "factor-remove": _("removed a second factor"),
    "factor-reset": _("replaced the recovery codes"),
    "session-end": _("ended a session"),
    "sessions-end": _("signed out everywhere else"),
    "identity-link": _("linked to the identity service"),
    "invite": _("invited"),
    "send": _("sent"),
    "withdraw": _("withdrawn"),
    "accept": _("accepted"),
    "erase": _("erased"),
    "anonymised-export": pgettext_lazy("log", "took anonymised data"),
    "add_offer": pgettext_lazy("log", "added what is offered"),
    "add_proof": pgettext_lazy("log", "added a proof"),
    "compute_needs": pgettext_lazy("log", "computed the needs"),
    "drop_need": pgettext_lazy("log", "took a need out"),
    "nominate": pgettext_lazy("log", "nominated"),
    "plan_risk": pgettext_lazy("log", "planned the work on a risk factor"),
    "remove_offer": pgettext_lazy("log", "removed what is offered"),
    "remove_proof": pgettext_lazy("log", "removed a proof"),
    "score_mentor": pgettext_lazy("log", "scored by the criteria"),
    "set_risk": pgettext_lazy("log", "stated the significance of a risk factor"),
    "weigh_need": pgettext_lazy("log", "stated the weight of a need"),
    "withdraw_risk": pgettext_lazy("log", "took the significance of a risk factor back"),
    "activate": pgettext_lazy("log", "started"),
    "check": pgettext_lazy("log", "answered the self-check"),
    "choose": pgettext_lazy("log", "chose the model"),
    "leave": pgettext_lazy("log", "let leave"),
    "amend": pgettext_lazy("log", "amended"),
    "sign": pgettext_lazy("log", "signed"),
    "answer": pgettext_lazy("log", "answered"),
    "applied": pgettext_lazy("log", "loaded"),
    "approve": pgettext_lazy("log", "approved"),
    "approved": pgettext_lazy("log", "approved"),
    "ask": pgettext_lazy("log", "asked"),
    "basis": pgettext_lazy("log", "given a basis"),
    "build": pgettext_lazy("log", "built"),
    "cancel": pgettext_lazy("log", "cancelled"),
    "propose_pair": pgettext_lazy("log", "proposed a mentor pair"),
    "consent": pgettext_lazy("log", "gave the consent"),
    "all_consent": pgettext_lazy("log", "everybody consents"),
    "propose_again": pgettext_lazy("log", "proposed again"),
    "form_pair": pgettext_lazy("log", "formed a pair by an order"),
    "pause": pgettext_lazy("log", "paused"),
    "agree": pgettext_lazy("log", "an agreement was signed"),
    "begin": pgettext_lazy("log", "began the joint work"),
    "propose": pgettext_lazy("log", "proposed"),
    "renew": pgettext_lazy("log", "passed into the next school year"),
    "not_renew": pgettext_lazy("log", "decided not to go on next year"),
    "terms": pgettext_lazy("log", "changed the terms"),
    "resume": pgettext_lazy("log", "went on"),
    "propose_meeting": pgettext_lazy("log", "proposed a date"),
    "confirm_meeting": pgettext_lazy("log", "confirmed a date"),
    "cancel_meeting": pgettext_lazy("log", "took a date back"),
    "log_meeting": pgettext_lazy("log", "wrote a meeting down"),
    "propose_plan": pgettext_lazy("log", "proposed a plan"),
    "approve_plan": pgettext_lazy("log", "approved a plan"),
    "miss": pgettext_lazy("log", "marked as not done"),
    "share": pgettext_lazy("log", "shared or took back"),
    "rate": pgettext_lazy("log", "said how satisfied"),
    "take_level": pgettext_lazy("log", "took a level from the diagnosis"),
    "state_level": pgettext_lazy("log", "entered a level"),
    "note": pgettext_lazy("log", "noted"),
    "checked": pgettext_lazy("log", "checked"),
    "close": pgettext_lazy("log", "closed"),
    "decide": pgettext_lazy("log", "decided"),
    "delegate": pgettext_lazy("log", "handed over"),
    "dissolve": pgettext_lazy("log", "dissolved"),
    "download": pgettext_lazy("log", "downloaded"),
    "drop_rule": pgettext_lazy("log", "dropped a lock or a ban"),
    "end": pgettext_lazy("log", "ended"),
    "forbid_pair": pgettext_lazy("log", "forbade a pair"),
    "freeze": pgettext_lazy("log", "taken into use and frozen"),
    "give": pgettext_lazy("log", "given"),
    "grant": pgettext_lazy("log", "given"),
    "identify": pgettext_lazy("log", "computed"),
    "load": pgettext_lazy("log", "loaded"),
    "load_reference": pgettext_lazy("log", "loaded the reference lists"),
    "locate": pgettext_lazy("log", "located"),
    "lock_pair": pgettext_lazy("log", "locked a pair"),
    "merge": pgettext_lazy("log", "merged"),
    "move_pair": pgettext_lazy("log", "moved a pair"),
    "open": pgettext_lazy("log", "opened"),
    "purge": pgettext_lazy("log", "deleted what is over its term"),
    "read participants": pgettext_lazy("log", "read the people of the table"),
    "refuse": pgettext_lazy("log", "refused"),
    "record-deficits": pgettext_lazy("log", "recorded deficits"),
    "object": pgettext_lazy("log", "objected"),
    "remove_strength": pgettext_lazy("log", "removed a strength"),
    "replace": pgettext_lazy("log", "replaced"),
    "request_replay": pgettext_lazy("log", "asked to compute once more"),
    "request_solve": pgettext_lazy("log", "asked to compute"),
    "retention-report": pgettext_lazy("log", "looked at what is over its term"),
    "set_network": pgettext_lazy("log", "chose the model of the network"),
    "solve": pgettext_lazy("log", "computed"),
    "sort_texts": pgettext_lazy("log", "sorted texts into a theme"),
    "staging": pgettext_lazy("log", "being loaded"),
    "state_strength": pgettext_lazy("log", "named a strength"),
    "add_observer": pgettext_lazy("log", "asked somebody to observe"),
    "begin_sheet": pgettext_lazy("log", "began to fill in the sheet"),
    "finish": pgettext_lazy("log", "finished"),
    "finish_sheet": pgettext_lazy("log", "finished the sheet"),
    "put_in_use": pgettext_lazy("log", "put in use"),
    "reflect": pgettext_lazy("log", "wrote the own words"),
    "remove_observer": pgettext_lazy("log", "took an observer off"),
    "retire": pgettext_lazy("log", "taken out of use"),
    "start": pgettext_lazy("log", "started"),
    "remind": pgettext_lazy("log", "reminded"),
    "add_audience": pgettext_lazy("log", "added an audience"),
    "remove_audience": pgettext_lazy("log", "removed an audience"),
    "undo import": pgettext_lazy("log", "undid the import"),
    "begin_scoring": pgettext_lazy("log", "began the scoring"),
    "decline": pgettext_lazy("log", "declared a conflict of interest"),
    "fill": pgettext_lazy("log", "filled from data"),
    "issue": pgettext_lazy("log", "issued"),
    "protocol": pgettext_lazy("log", "made the protocol"),
    "report_done": pgettext_lazy("log", "reported as carried out"),
    "return": pgettext_lazy("log", "sent back"),
    "score": pgettext_lazy("log", "scored"),
    "state_value": pgettext_lazy("log", "stated a value"),
    "submit": pgettext_lazy("log", "submitted"),
}
"""Words of the actions that the services name; another action is shown as it is written."""

ROLES: dict[str, Any] = {}
"""Words of the roles in which somebody acts; the app that knows roles fills it."""


def action_word(action: str) -> str:
    """Return the action in words."""
    return str(ACTIONS.get(action, action))


def role_word(role: str) -> str:
    """Return the role in words."""
    return str(ROLES.get(role, role))


def kind_word(object_type: str) -> str:
    """Return the kind of object («registry.organisation») in words."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def field_word(object_type: str, field: str) -> str:
    """Return the name of a field as forms show it."""
    try:
        found = apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return field
    return str(getattr(found, "verbose_name", field))


def value_word(object_type: str, field: str, value: Any) -> Any:
    """Return a kept value as a page shows it: the words of a choice, a day or a moment, yes or no; else as it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(value, str):
        return value
    try:
        found = apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return value
    if isinstance(found, DateField):
        return (parse_datetime if isinstance(found, DateTimeField) else parse_date)(value) or value
    choices = dict(getattr(found, "flatchoices", None) or ())
    return choices.get(value, value)


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of objects of our own apps, in the order of their names."""
    models = [model for model in apps.get_models() if model.__module__.startswith("mayak.")]
    return sorted(
        ((model._meta.label_lower, str(model._meta.verbose_name)) for model in models),
        key=lambda kind: kind[1],
    )
