"""The training and the rewards of one person; certificates from a list."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.forms.contests import ListFileForm
from mayak.diagnosis.forms.training import CertificateForm, EndEnrolmentForm, EnrolForm, NeedForm, RewardForm
from mayak.diagnosis.imports.certificates import read_certificates
from mayak.diagnosis.models import Certificate, Enrolment, MentorReward, TrainingNeed
from mayak.diagnosis.permissions.measures import may_manage_training
from mayak.diagnosis.selectors.training import people_of, training_file
from mayak.diagnosis.services import training as services
from mayak.diagnosis.services.certificate_lists import (
    NEW,
    REJECTED,
    UNCHANGED,
    apply_certificates,
    plan_certificates,
    plan_from_plain,
    plan_to_plain,
)
from mayak.diagnosis.views.file_plans import on_consent, signed_plan, trial_page
from mayak.diagnosis.views.measure_common import do_post, form_page, own_person_id, posted, send_file
from mayak.diagnosis.views.training import NO_RIGHT, crumbs, require_reading
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.readings.services import log_reading
from mayak.kernel.uploads.kinds import ending_of
from mayak.registry.models import Person

SALT = "mayak.diagnosis.certificates"


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the own training and rewards."""
    key = own_person_id(request)
    person = Person.objects.select_related("territory").filter(pk=key).first() if key is not None else None
    if person is None:
        context = {
            "title": _("My training"),
            "breadcrumbs": [(_("Diagnosis"), reverse("diagnosis:index")), (_("My training"), "")],
        }
        return render(request, "diagnosis/training_nobody.html", context)
    return _show(request, person, is_own=True)


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the training and the rewards of somebody; the reading is logged."""
    found, is_own = _person(request, pk)
    _log_reading(request, found, is_own=is_own)
    return _show(request, found, is_own=is_own)


def _log_reading(request: HttpRequest, found: Person, *, is_own: bool) -> None:
    if not is_own:
        log_reading(
            actor=request_actor(request),
            subject=f"registry.person:{found.pk}",
            name=str(found),
            what="training",
            instance=found,
            territory_path=found.territory.path or "",
        )


def _show(request: HttpRequest, found: Person, *, is_own: bool) -> HttpResponse:
    manages = may_manage_training(request_scope(request), found)
    context = {
        "person": found,
        "file": training_file(found),
        "is_own": is_own,
        "manages": manages,
        "breadcrumbs": [(_("Diagnosis"), reverse("diagnosis:index")), (_("My training"), "")]
        if is_own
        else crumbs((found, "")),
    }
    return render(request, "diagnosis/training_person.html", context)


@require_http_methods(["GET", "POST"])
def need_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what somebody has to learn; everybody may for oneself."""
    found, is_own = _person(request, pk)
    return _form(
        request,
        found,
        NeedForm(posted(request)),
        lambda values: services.add_need(found, actor=request_actor(request), is_own=is_own, **values),
        (_("Need of training"), _("The need is noted.")),
    )


@require_POST
def need_state(request: HttpRequest, pk: int, need_pk: int, state: str) -> HttpResponse:
    """Say that a need is met, open or dropped."""
    found, _is_own = _person(request, pk)
    need = get_object_or_404(TrainingNeed, person=found, pk=need_pk)
    return do_post(
        request,
        lambda: services.set_need_state(need, actor=request_actor(request), state=state),
        success=_("The need is saved."),
        back=person_url(found),
    )


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol somebody in a course."""
    found = _managed(request, pk)
    return _form(
        request,
        found,
        EnrolForm(posted(request), scope=request_scope(request)),
        lambda values: services.enrol(found, actor=request_actor(request), **values),
        (_("Enrol in a course"), _("Enrolled.")),
    )


@require_http_methods(["GET", "POST"])
def enrolment_end(request: HttpRequest, pk: int, enrolment_pk: int) -> HttpResponse:
    """Say how a course ended."""
    found = _managed(request, pk)
    row = get_object_or_404(
        Enrolment.objects.select_related("course", "person"), person=found, pk=enrolment_pk
    )
    return _form(
        request,
        found,
        EndEnrolmentForm(posted(request), initial={"ended_on": timezone.localdate()}),
        lambda values: services.end_enrolment(row, actor=request_actor(request), **values),
        (_("End of the course"), _("Saved.")),
        lead=row.course.title,
    )


@require_http_methods(["GET", "POST"])
def certificate_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a certificate; everybody may the own."""
    found, _is_own = _person(request, pk)
    form = CertificateForm(posted(request), request.FILES or None, scope=request_scope(request))
    return _form(
        request,
        found,
        form,
        lambda values: services.add_certificate(found, actor=request_actor(request), **values),
        (_("Certificate"), _("The certificate is registered.")),
    )


@require_POST
def certificate_drop(request: HttpRequest, pk: int, certificate_pk: int) -> HttpResponse:
    """Take a certificate out."""
    found = _managed(request, pk)
    row = get_object_or_404(Certificate, person=found, pk=certificate_pk)
    return do_post(
        request,
        lambda: services.remove_certificate(row, actor=request_actor(request)),
        success=_("The certificate is taken out."),
        back=person_url(found),
    )


@require_GET
def certificate_scan(request: HttpRequest, pk: int, certificate_pk: int) -> HttpResponseBase:
    """Give the scan of a certificate; the reading is logged like that of the page."""
    found, is_own = _person(request, pk)
    row = get_object_or_404(Certificate, person=found, pk=certificate_pk)
    _log_reading(request, found, is_own=is_own)
    return send_file(row.scan, f"{row.number}{ending_of(str(row.scan.name or ''))}")


@require_http_methods(["GET", "POST"])
def reward_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a reward."""
    found = _managed(request, pk)
    return _form(
        request,
        found,
        RewardForm(posted(request), scope=request_scope(request), initial={"given_on": timezone.localdate()}),
        lambda values: services.give_reward(found, actor=request_actor(request), **values),
        (_("Reward"), _("The reward is written down.")),
    )


@require_POST
def reward_drop(request: HttpRequest, pk: int, reward_pk: int) -> HttpResponse:
    """Take a reward out."""
    found = _managed(request, pk)
    row = get_object_or_404(MentorReward, person=found, pk=reward_pk)
    return do_post(
        request,
        lambda: services.remove_reward(row, actor=request_actor(request)),
        success=_("The reward is taken out."),
        back=person_url(found),
    )


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Read a list of certificates and say what it would do; nothing is written."""
    require_reading(request)

    def plan(values: dict[str, Any]) -> Any:
        file = values["file"]
        return plan_certificates(
            read_certificates(file.name or "file", file.read()), scope=request_scope(request)
        )

    context = {
        "title": _("Load certificates"),
        "back": reverse("diagnosis:training"),
        "template_url": reverse("diagnosis:training-template"),
        "breadcrumbs": crumbs((_("Load certificates"), "")),
    }
    form = ListFileForm(posted(request), request.FILES or None)
    template = "diagnosis/measure_import.html"
    return trial_page(
        request, form, plan, lambda planned: _report(request, planned), context=context, template=template
    )


def _report(request: HttpRequest, plan: Any) -> HttpResponse:
    def words(row: Any) -> str:
        day = f"{row.issued_on:%d.%m.%Y}" if row.issued_on else ""
        return " · ".join(part for part in (row.title, row.number, day) if part)

    context = {
        "title": _("What the list would do"),
        "new": [(row.row, row.person, words(row)) for row in plan if row.outcome == NEW],
        "unchanged": [(row.row, row.person, row.problem) for row in plan if row.outcome == UNCHANGED],
        "rejected": [(row.row, row.person, row.problem) for row in plan if row.outcome == REJECTED],
        "plan": signed_plan(plan_to_plain(plan), salt=SALT),
        "confirm_url": reverse("diagnosis:training-import-confirm"),
        "again_url": reverse("diagnosis:training-import"),
        "breadcrumbs": crumbs((_("Load certificates"), "")),
    }
    return render(request, "diagnosis/measure_report.html", context)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what the report showed."""
    require_reading(request)
    return on_consent(
        request,
        lambda plain: do_post(
            request,
            lambda: apply_certificates(
                plan_from_plain(plain), scope=request_scope(request), actor=request_actor(request)
            ),
            success=_("The certificates are registered."),
            back=reverse("diagnosis:training"),
        ),
        salt=SALT,
        again="diagnosis:training-import",
    )


@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """Give a file to fill in, with an example row."""
    require_reading(request)
    columns = [
        _("full name"), _("school"), _("title"), _("provider"), _("hours"), _("number"), _("date"), _("valid until"),
    ]  # fmt: skip
    example = [
        _("Family name Given name Patronymic"), _("School No. 1"), _("Mentor of a teacher"), _("Institute"), 36,
        "12-345", timezone.localdate(), None,
    ]  # fmt: skip
    return table_response(columns, [example], file_format="xlsx", name="certificates")


def person_url(found: Person) -> str:
    """The page of a person's training."""
    return reverse("diagnosis:training-person", args=[found.pk])


def _form(
    request: HttpRequest,
    found: Person,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    words: tuple[str, str],
    *,
    lead: str = "",
) -> HttpResponse:
    title, success = words
    return form_page(
        request,
        form,
        act,
        title=title,
        lead=lead or str(found),
        crumbs=crumbs((found, person_url(found))),
        back=person_url(found),
        success=success,
    )


def _person(request: HttpRequest, pk: int) -> tuple[Person, bool]:
    """The person and whether it is the user; somebody else needs the right."""
    if pk == own_person_id(request):
        return get_object_or_404(Person.objects.select_related("territory"), pk=pk), True
    scope = request_scope(request)
    found = get_object_or_404(people_of(scope), pk=pk)
    if not may_manage_training(scope, found):
        raise PermissionDenied(NO_RIGHT)
    return found, False


def _managed(request: HttpRequest, pk: int) -> Person:
    """Somebody whose training the user keeps."""
    found, _is_own = _person(request, pk)
    if not may_manage_training(request_scope(request), found):
        raise PermissionDenied(NO_RIGHT)
    return found
