"""A file that comes in two steps: a report that writes nothing, then the consent to the plan that it signed."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from mayak.diagnosis.views.school_pages import tell_error
from mayak.kernel.importing import ImportProblem

PLAN_AGE: Final = 24 * 60 * 60
TOO_OLD = gettext_lazy("The report is too old. Load the file again.")
Plan = TypeVar("Plan")


def trial_page(
    request: HttpRequest,
    form: Any,
    plan: Callable[[dict[str, Any]], Plan],
    report: Callable[[Plan], HttpResponse],
    *,
    context: dict[str, Any],
    template: str = "diagnosis/file_form.html",
    refused_at: str = "file",
) -> HttpResponse:
    """Show the form; where it is sent and the file can be read, show what the file would do.

    Args:
        request: the request.
        form: bound where the request is a POST, with a field «file».
        plan: reads the cleaned values and plans; what it cannot read or refuses is shown at the form.
        report: the page of the plan.
        context: title, breadcrumbs and addresses of the template.
        template: the page of the form.
        refused_at: the field of a refusal that is not about the file.
    """
    if request.method == "POST" and form.is_valid():
        try:
            planned = plan(form.cleaned_data)
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        except ValidationError as error:
            form.add_error(refused_at, error)
        else:
            return report(planned)
    return render(request, template, {**context, "form": form}, status=400 if form.errors else 200)


def signed_plan(plain: Any, *, salt: str) -> str:
    """Return the plan as the form of the report keeps it."""
    return signing.dumps(plain, salt=salt, compress=True)


def on_consent(
    request: HttpRequest, write: Callable[[Any], HttpResponse], *, salt: str, again: str
) -> HttpResponse:
    """Write the plan of the report; a plan that is too old, not ours or refused leads to the form again."""
    try:
        return write(signing.loads(request.POST.get("plan", ""), salt=salt, max_age=PLAN_AGE))
    except signing.BadSignature:
        messages.error(request, TOO_OLD)
    except ValidationError as error:
        tell_error(request, error)
    return redirect(again)
