"""What the pages about schools share: the school year of the address, a school of the scope, refusals in words."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.permissions.schools import can_edit_school
from mayak.diagnosis.selectors.risk import schools_in
from mayak.kernel.access.requests import request_scope
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

NO_SCHOOL_RIGHT = _("This is changed by the school itself and by the coordinators of the territory.")
NO_COORDINATOR_RIGHT = _("This is done by the coordinators and methodists of the territory.")
NO_CATALOGUE_RIGHT = _("Dictionaries and thresholds are changed by coordinators and methodists.")
YEAR = "year"


@dataclass(frozen=True, slots=True)
class YearChoice:
    """The school year of the page and the years from which it can be chosen."""

    chosen: SchoolYear | None
    years: list[SchoolYear]

    @property
    def query(self) -> str:
        """The end of an address that keeps the year."""
        return f"?{YEAR}={self.chosen.start_year}" if self.chosen else ""


def year_choice(request: HttpRequest) -> YearChoice:
    """Return the year of the address (404 for an unknown one), else the present one, else the nearest; read once."""
    known: YearChoice | None = request.__dict__.get("_year_choice")
    if known is None:
        known = request.__dict__["_year_choice"] = _read_choice(request)
    return known


def _read_choice(request: HttpRequest) -> YearChoice:
    years = list(SchoolYear.objects.order_by("-start_year"))
    asked = request.GET.get(YEAR, "")
    if asked:
        chosen = next((year for year in years if str(year.start_year) == asked), None)
        if chosen is None:
            raise Http404
        return YearChoice(chosen, years)
    now = current_start_year()
    past = [year for year in years if year.start_year <= now]
    return YearChoice(past[0] if past else (years[-1] if years else None), years)


def year_or_404(request: HttpRequest) -> SchoolYear:
    """Return the school year of the address.

    Raises:
        Http404: there is none.
    """
    found = year_choice(request).chosen
    if found is None:
        raise Http404
    return found


def school_or_404(request: HttpRequest, pk: int) -> Organisation:
    """Return an open school of the scope; a foreign one is not there."""
    found: Organisation = get_object_or_404(schools_in(request_scope(request)), pk=pk)
    return found


def editable_school(request: HttpRequest, pk: int) -> Organisation:
    """Return a school whose profile and needs the user may change.

    Raises:
        PermissionDenied: with the reason in words.
    """
    school = school_or_404(request, pk)
    if not can_edit_school(request_scope(request), school):
        raise PermissionDenied(NO_SCHOOL_RIGHT)
    return school


def show_errors(form: BaseForm, error: ValidationError) -> None:
    """Put the errors of a service into the form; those of fields that it does not have stand above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def tell_error(request: HttpRequest, error: ValidationError) -> None:
    """Say on the next page why something was not done."""
    messages.error(request, " ".join(error.messages))


def person_key(request: HttpRequest) -> int | None:
    """Return the key of the person of the registry behind the account."""
    user: Any = request.user
    return user.person_id if user.is_authenticated else None
