"""The list of jobs."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.jobs.models import Job
from mayak.kernel.ui.tables import BadgeColumn, MayakTable


class JobTable(MayakTable):
    """Newest first."""

    title = tables.Column(linkify=True, verbose_name=_("what"))
    state = BadgeColumn(
        tone=lambda job: job.tone, accessor="get_state_display", order_by="state", verbose_name=_("state")
    )
    owner_label = tables.Column(verbose_name=_("owner"))
    created_at = tables.DateTimeColumn(short=True, verbose_name=_("asked for"))
    finished_at = tables.DateTimeColumn(short=True, verbose_name=_("finished"))

    class Meta(MayakTable.Meta):
        model = Job
        fields = ("title", "state", "owner_label", "created_at", "finished_at")
        order_by = "-created_at"
