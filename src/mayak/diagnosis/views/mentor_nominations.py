"""The short form: a teacher nominates oneself in two minutes, a school nominates its teacher."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.diagnosis.forms.passports import MentorNominationForm
from mayak.diagnosis.permissions.schools import can_see_mentors
from mayak.diagnosis.selectors.passports import own_mentor_profile, people_without_passport
from mayak.diagnosis.selectors.risk import schools_in
from mayak.diagnosis.services.mentor_passports import nominate_mentor
from mayak.diagnosis.views.school_pages import person_key, show_errors, year_choice
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.registry.models import Organisation, Person, SchoolYear, Subject
from mayak.registry.selectors.organisations import held_now


@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Lead to the own passport of the year, or show the short form."""
    key, year = person_key(request), year_choice(request).chosen
    person = Person.objects.filter(pk=key).first() if key else None
    posts = person.employments.filter(held_now()) if person else None
    if person is None or year is None or posts is None or not posts.exists():
        return render(
            request, "diagnosis/mentor_nobody.html", {"breadcrumbs": [(_("My passport of a mentor"), "")]}
        )
    known = own_mentor_profile(person.pk, year)
    if known is not None:
        return redirect("diagnosis:mentor", pk=known.pk)
    form = MentorNominationForm(
        request.POST or None,
        people=Person.objects.filter(pk=person.pk),
        schools=Organisation.objects.filter(pk__in=posts.values("organisation")),
        subjects=_subjects(person),
        school_year=year,
        initial={"subjects": list(Subject.objects.filter(pk__in=posts.values("subjects")))},
    )
    return _page(request, form, year, is_self=True)


@require_http_methods(["GET", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    """Let a school or a coordinator nominate a teacher."""
    scope, year = request_scope(request), year_choice(request).chosen
    if not can_see_mentors(scope) or year is None:
        raise PermissionDenied(
            _("Teachers are nominated by their school or by a coordinator, or nominate themselves.")
        )
    schools = schools_in(scope)
    form = MentorNominationForm(
        request.POST or None,
        people=people_without_passport(schools.values_list("pk", flat=True), year),
        schools=schools,
        subjects=Subject.objects.all(),
        school_year=year,
    )
    return _page(request, form, year, is_self=False)


def _page(
    request: HttpRequest, form: MentorNominationForm, year: SchoolYear, *, is_self: bool
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = nominate_mentor(
                values["person"],
                values["organisation"],
                year,
                actor=request_actor(request),
                is_self_nominated=is_self,
                strengths=form.strengths,
                proofs=form.proofs,
                pairs=values["pairs"],
                hours_per_month=values["hours_per_month"],
                weekdays=values["weekdays"],
                works_remotely=values["work_format"] != "in_person",
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Sent. The school confirms it or returns it with a reason."))
            return redirect("diagnosis:mentor", pk=made.pk)
    title: Any = _("I can be a mentor") if is_self else _("Nominate a teacher")
    context = {
        "title": title,
        "form": form,
        "is_self": is_self,
        "year": year,
        "cancel_url": reverse("diagnosis:index" if is_self else "diagnosis:mentors"),
        "breadcrumbs": [(_("Diagnosis"), reverse("diagnosis:index")), (title, "")],
    }
    return render(request, "diagnosis/mentor_nominate.html", context, status=400 if form.errors else 200)


def _subjects(person: Person) -> Any:
    """Return the subjects that the person teaches; all of them where the registry names none."""
    taught = person.employments.filter(held_now()).values("subjects")
    found = Subject.objects.filter(pk__in=taught)
    return found if found.exists() else Subject.objects.all()
