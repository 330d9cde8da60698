"""What a pair writes down: meetings, plan, notes, diary, materials, satisfaction, levels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor
from mayak.networks.forms.pair_work import (
    DiaryForm,
    LevelForm,
    MaterialForm,
    MeetingLogForm,
    MissForm,
    NextMeetingForm,
    NoteForm,
    PlanDoneForm,
    PlanItemForm,
    PlanMissForm,
    RatingForm,
)
from mayak.networks.models import MentorPair
from mayak.networks.permissions.mentor_pairs import PairAccess
from mayak.networks.services.pair_levels import state_level
from mayak.networks.services.pair_meetings import (
    cancel_meeting,
    confirm_meeting,
    log_meeting,
    propose_meeting,
    state_miss,
)
from mayak.networks.services.pair_plans import (
    add_plan_item,
    approve_plan,
    drop_plan_item,
    finish_plan_item,
    miss_plan_item,
    propose_plan,
    reopen_plan_item,
)
from mayak.networks.services.pair_words import (
    add_material,
    add_note,
    drop_diary,
    drop_material,
    drop_note,
    rate_pair,
    share_diary,
    write_diary,
)
from mayak.networks.views.pair_common import NO_PART, NO_WORK, add_errors, crumbs, me, pair_of, tell

NOT_YOURS = gettext_lazy("This is changed by whoever wrote it.")
OF_PAIR, OF_BOTH, OF_MENTEE = "pair", "both", "mentee"
"""Who writes: one of the pair; the pair and its keepers; a mentee alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be written down: its words, its form, its service, and who writes it."""

    title: Any
    submit: Any
    form: type[forms.BaseForm]
    service: Callable[..., Any]
    who: str
    lead: Any = ""


ENTRIES: dict[str, Entry] = {
    "meeting": Entry(
        gettext_lazy("Write a meeting down"), gettext_lazy("Write down"), MeetingLogForm, log_meeting, OF_BOTH
    ),
    "next": Entry(
        gettext_lazy("Next meeting"),
        gettext_lazy("Propose the date"),
        NextMeetingForm,
        propose_meeting,
        OF_PAIR,
        gettext_lazy("The mentee leads the calendar; the other side confirms or proposes another date."),
    ),
    "miss": Entry(
        gettext_lazy("A month without a meeting"), gettext_lazy("Save"), MissForm, state_miss, OF_BOTH
    ),
    "note": Entry(gettext_lazy("Note"), gettext_lazy("Save"), NoteForm, add_note, OF_PAIR),
    "diary": Entry(
        gettext_lazy("Success diary"),
        gettext_lazy("Save"),
        DiaryForm,
        write_diary,
        OF_MENTEE,
        gettext_lazy("Nobody but you reads an entry until you share it: no mentor, no head, no coordinator."),
    ),
    "material": Entry(gettext_lazy("Material"), gettext_lazy("Add"), MaterialForm, add_material, OF_BOTH),
    "rating": Entry(
        gettext_lazy("Satisfaction"),
        gettext_lazy("Answer"),
        RatingForm,
        rate_pair,
        OF_PAIR,
        gettext_lazy(
            "The coordinator and the heads of both schools read the answer; the other side does not."
        ),
    ),
    "level": Entry(
        gettext_lazy("Level of a competence"), gettext_lazy("Save"), LevelForm, state_level, OF_PAIR
    ),
    "line": Entry(
        gettext_lazy("Line of the plan"), gettext_lazy("Add"), PlanItemForm, add_plan_item, OF_BOTH
    ),
}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Write something down in the pair."""
    pair, access = pair_of(request, pk)
    entry = ENTRIES.get(what)
    if entry is None:
        raise Http404
    _require(access, entry.who)
    form: Any = entry.form(request.POST or None, **_arguments(request, pair, what))
    if request.method == "POST" and form.is_valid():
        try:
            entry.service(pair, actor=request_actor(request), **_values(request, form, access, what))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("networks:pair", pk=pk)
    return _form_page(request, pair, form, title=entry.title, submit=entry.submit, lead=entry.lead)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose lines of the plan: the first click."""
    pair, access = pair_of(request, pk)
    if not (access.takes_part or access.reads_levels):
        raise PermissionDenied(NO_WORK)
    return _done(request, pk, lambda: propose_plan(pair, actor=request_actor(request)))


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the proposed lines: the second click."""
    pair, access = pair_of(request, pk)
    _require(access, OF_BOTH)
    return _done(request, pk, lambda: approve_plan(pair, actor=request_actor(request)))


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int, item_pk: int, act: str) -> HttpResponse:
    """Mark a line of the plan as done or missed, open it again, or take it out."""
    pair, access = pair_of(request, pk)
    _require(access, OF_BOTH)
    item = get_object_or_404(pair.plan.select_related("pair"), pk=item_pk)
    actor = request_actor(request)
    plain = {"reopen": reopen_plan_item, "drop": drop_plan_item}
    if act in plain:
        if request.method != "POST":
            return redirect("networks:pair", pk=pk)
        return _done(request, pk, lambda: plain[act](item, actor=actor))
    known: dict[str, tuple[Any, type[forms.Form], Callable[..., Any]]] = {
        "done": (_("Done"), PlanDoneForm, finish_plan_item),
        "missed": (_("Not done"), PlanMissForm, miss_plan_item),
    }
    if act not in known:
        raise Http404
    title, kind, service = known[act]
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(item, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("networks:pair", pk=pk)
    return _form_page(request, pair, form, title=title, submit=_("Save"), lead=item.content)


@require_POST
def meeting(request: HttpRequest, pk: int, meeting_pk: int, act: str) -> HttpResponse:
    """Confirm a proposed date, or take it back."""
    pair, access = pair_of(request, pk)
    _require(access, OF_PAIR)
    found = get_object_or_404(pair.meetings.select_related("pair"), pk=meeting_pk)
    actor = request_actor(request)
    if act == "confirm":
        return _done(request, pk, lambda: confirm_meeting(found, actor=actor, side=access.side))
    if act == "cancel":
        return _done(request, pk, lambda: cancel_meeting(found, actor=actor))
    raise Http404


@require_POST
def words(request: HttpRequest, pk: int, kind: str, entry_pk: int, act: str) -> HttpResponse:
    """Share or delete one's own words, take a material out. Private words of others are not found at all."""
    pair, access = pair_of(request, pk)
    actor, person = request_actor(request), access.person_id
    if kind == "material" and act == "drop":
        _require(access, OF_BOTH)
        material = get_object_or_404(pair.materials.select_related("pair"), pk=entry_pk)
        return _done(request, pk, lambda: drop_material(material, actor=actor))
    _require(access, OF_PAIR)
    if kind == "note" and act == "drop":
        note = get_object_or_404(pair.notes.select_related("pair"), pk=entry_pk)
        if note.author_id != person:
            raise PermissionDenied(NOT_YOURS)
        return _done(request, pk, lambda: drop_note(note, actor=actor))
    if kind == "diary" and act in {"share", "unshare", "drop"}:
        entry = get_object_or_404(pair.diary.select_related("pair").filter(author=person), pk=entry_pk)
        if act == "drop":
            return _done(request, pk, lambda: drop_diary(entry, actor=actor))
        return _done(request, pk, lambda: share_diary(entry, actor=actor, is_shared=act == "share"))
    raise Http404


def _require(access: PairAccess, who: str) -> None:
    allowed = {OF_PAIR: access.takes_part, OF_BOTH: access.may_work, OF_MENTEE: access.is_mentee}
    if not allowed[who]:
        raise PermissionDenied(NO_WORK if who == OF_BOTH else NO_PART)


def _arguments(request: HttpRequest, pair: MentorPair, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if what == "level":
        found["pair"] = pair
        first = next(iter(pair.mentees.all()), None)
        found["initial"] = {"person": first.person_id if first else None}
    if what == "miss":
        found["initial"] = {"month": request.GET.get("month", "")}
    return found


def _values(request: HttpRequest, form: Any, access: PairAccess, what: str) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    if what in {"meeting", "next"}:
        values["side"] = access.side
    if what in {"note", "diary"}:
        values["author"] = me(request)
    if what == "rating":
        values |= {"person": me(request), "score": int(values["score"])}
    return values


def _done(request: HttpRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("Saved."))
    return redirect("networks:pair", pk=pk)


def _form_page(request: HttpRequest, pair: MentorPair, form: Any, **words: Any) -> HttpResponse:
    context = {
        "form": form,
        "cancel_url": reverse("networks:pair", args=[pair.pk]),
        "breadcrumbs": [*crumbs(pair), (words["title"], "")],
        **words,
    }
    return render(request, "networks/pair_form.html", context, status=400 if form.errors else 200)
