"""Lists of people, staffing, associations and groups."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from mayak.kernel.ui.tables import MayakTable, NumberColumn
from mayak.registry.models import Person, StaffingRecord, SubjectAssociation, WorkingGroup
from mayak.registry.tables.organisations import PK


class PersonTable(MayakTable):
    """People with the posts that they hold now."""

    name = tables.Column(
        verbose_name=_("Name"),
        accessor="family_name",
        linkify=("registry:people-detail", PK),
        order_by=("sort_key", "pk"),
    )
    posts = tables.Column(verbose_name=_("Posts"), accessor="pk", orderable=False)
    category = tables.Column(verbose_name=_("Category"))
    teaching_since = tables.Column(verbose_name=_("Teaching since"))
    territory = tables.Column(verbose_name=_("Territory"), order_by="territory__sort_key")

    class Meta(MayakTable.Meta):
        model = Person
        fields = ("name", "posts", "category", "teaching_since", "territory")

    def render_name(self, record: Person) -> str:
        """Return the full name."""
        return str(record)

    value_name = render_name

    def render_posts(self, record: Person) -> str:
        """Return the present posts; they are read with the page."""
        return "; ".join(f"{post.position}, {post.organisation}" for post in record.employments.all())

    value_posts = render_posts


class StaffingTable(MayakTable):
    """Staffing of schools by year."""

    organisation = tables.Column(
        verbose_name=_("Organisation"),
        linkify=("registry:staffing-detail", PK),
        order_by="organisation__sort_key",
    )
    school_year = tables.Column(verbose_name=_("School year"), order_by="school_year__start_year")
    teachers = NumberColumn(verbose_name=_("Pedagogical workers"))
    vacancies = NumberColumn(verbose_name=_("Vacancies"))
    overloaded_share = NumberColumn(verbose_name=_("Load above the norm, %"))
    early_career = NumberColumn(verbose_name=_("Early-career teachers"))
    psychologists = NumberColumn(verbose_name=_("Psychologists"))

    class Meta(MayakTable.Meta):
        model = StaffingRecord
        fields = (
            "organisation",
            "school_year",
            "teachers",
            "vacancies",
            "overloaded_share",
            "early_career",
            "psychologists",
        )


class AssociationTable(MayakTable):
    """Subject associations."""

    name = tables.Column(verbose_name=_("Designation"), linkify=("registry:associations-detail", PK))
    level = tables.Column(verbose_name=_("Level"))
    organisation = tables.Column(verbose_name=_("Organisation"), order_by="organisation__sort_key")
    subject = tables.Column(verbose_name=_("Subject"), order_by="subject__position")
    head = tables.Column(verbose_name=_("Head"), order_by="head__sort_key")
    member_count = NumberColumn(verbose_name=_("Members"))

    class Meta(MayakTable.Meta):
        model = SubjectAssociation
        fields = ("name", "level", "organisation", "subject", "head", "member_count")


class GroupTable(MayakTable):
    """Working groups and councils."""

    name = tables.Column(verbose_name=_("Designation"), linkify=("registry:groups-detail", PK))
    kind = tables.Column(verbose_name=_("Kind"))
    organisation = tables.Column(verbose_name=_("Organisation"), order_by="organisation__sort_key")
    founding_act = tables.Column(verbose_name=_("Founding act"), order_by="founding_act__date")
    founded_on = tables.DateColumn(verbose_name=_("Founded"), format="d.m.Y")
    dissolved_on = tables.DateColumn(verbose_name=_("Dissolved"), format="d.m.Y")
    member_count = NumberColumn(verbose_name=_("Members"))

    class Meta(MayakTable.Meta):
        model = WorkingGroup
        fields = (
            "name",
            "kind",
            "organisation",
            "founding_act",
            "founded_on",
            "dissolved_on",
            "member_count",
        )
