"""What the registry answers when the shell asks: the state of its step, the tasks of today."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.navigation import Step, StepState, register_step
from mayak.kernel.ui.today import TodayTask, register_tasks
from mayak.registry.models import Organisation
from mayak.registry.permissions import can_edit_registry


def step_state(request: HttpRequest) -> StepState | None:
    """Return how many open schools are in sight; one query."""
    count = Organisation.objects.within(request_scope(request)).open().schools().count()
    if not count:
        return StepState(_("empty"), "warning")
    return StepState(ngettext("%(count)s school", "%(count)s schools", count) % {"count": count}, "good")


def today_tasks(request: HttpRequest) -> Iterable[TodayTask]:
    """Return what whoever keeps the registry has to do."""
    scope = request_scope(request)
    if not can_edit_registry(scope):
        return []
    schools = Organisation.objects.within(scope).open().schools()
    total = schools.count()
    if not total:
        return [
            TodayTask(
                title=_("Load the schools of the territory"),
                text=_("There is no school yet: download the template, fill it in and load it."),
                url=reverse("registry:table", args=["organisations"]),
                tone="warning",
                order=10,
            )
        ]
    located = schools.filter(latitude__isnull=False).count()
    missing = total - located
    if not missing:
        return []
    text = ngettext("%(count)s school has no coordinates", "%(count)s schools have no coordinates", missing)
    return [
        TodayTask(
            title=_("Add the coordinates of schools"),
            text=text % {"count": missing},
            url=reverse("registry:overview"),
            tone="neutral",
            done=located,
            total=total,
            order=15,
        )
    ]


register_step(
    Step(
        key="registry",
        order=10,
        label=gettext_lazy("Schools and people"),
        url_name="registry:overview",
        state=step_state,
        icon="buildings",
    )
)
register_tasks(today_tasks)
