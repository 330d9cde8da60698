"""What the first screen says of sheets that wait for their observer."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.models import User
from mayak.diagnosis.permissions.lessons import may_observe
from mayak.diagnosis.selectors.lessons import waiting_sheets
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask


def lesson_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the sheets of lessons that have been held (one query, for observers only)."""
    user = request.user
    if not isinstance(user, User) or not may_observe(request_scope(request)):
        return
    count = waiting_sheets(user).filter(lesson__held_on__lte=timezone.localdate()).count()
    if count:
        text = ngettext(
            "%(count)s lesson was held, and your sheet is not finished.",
            "%(count)s lessons were held, and your sheets are not finished.",
            count,
        )
        yield TodayTask(
            title=_("Finish your sheets of lessons"),
            text=text % {"count": count},
            url=f"{reverse('diagnosis:my-sheets')}?state=draft",
            tone="warning",
            order=45,
        )
