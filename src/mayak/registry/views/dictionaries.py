"""Pages of subjects and school years, which all territories share."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.registry.filters import SubjectFilter
from mayak.registry.forms.programmes import SchoolYearForm, SubjectForm
from mayak.registry.models import SchoolYear, Subject
from mayak.registry.permissions import can_edit_dictionaries
from mayak.registry.services.dictionaries import (
    close_school_year,
    create_school_year,
    create_subject,
    reopen_school_year,
    update_subject,
)
from mayak.registry.services.rows import update_row
from mayak.registry.tables import SchoolYearTable, SubjectTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Deed, Noun


def _subject_facts(row: Subject) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Code"), row.code),
        (_("Name in English"), row.name_en),
        (_("Names in files"), "; ".join(row.aliases)),
        (_("Order"), row.position),
    ]


def _year_facts(row: SchoolYear) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Begins"), row.starts_on),
        (_("Ends"), row.ends_on),
        (_("State"), _("closed for changes") if row.is_closed else _("open")),
    ]


SUBJECTS = Noun(
    name="subjects",
    model=Subject,
    title=gettext_lazy("Subjects"),
    new_title=gettext_lazy("Add a subject"),
    rows=lambda _scope: Subject.objects.all(),
    form=SubjectForm,
    create=lambda form, actor: create_subject(actor=actor, **form.values),
    update=lambda row, form, actor: update_subject(row, actor=actor, **form.values),
    facts=_subject_facts,
    may_edit=lambda scope, _row: can_edit_dictionaries(scope),
    may_create=can_edit_dictionaries,
)

SCHOOL_YEARS = Noun(
    name="school-years",
    model=SchoolYear,
    title=gettext_lazy("School years"),
    new_title=gettext_lazy("Add a school year"),
    rows=lambda _scope: SchoolYear.objects.all(),
    form=SchoolYearForm,
    create=lambda form, actor: create_school_year(actor=actor, **form.values),
    update=lambda row, form, actor: update_row(row, actor=actor, values=form.values),
    facts=_year_facts,
    may_edit=lambda scope, _row: can_edit_dictionaries(scope),
    may_create=can_edit_dictionaries,
    lead=lambda _row: _("A school year begins on 1 September."),
    deeds=(
        Deed(
            "close",
            gettext_lazy("Close the year"),
            gettext_lazy("Close the year for changes? Its figures can then only be read."),
            close_school_year,
            lambda row: not row.is_closed,
        ),
        Deed(
            "reopen",
            gettext_lazy("Open the year again"),
            gettext_lazy("Allow changes in this year again?"),
            reopen_school_year,
            lambda row: row.is_closed,
            tone="warning",
        ),
    ),
)


class SubjectList(NounList):
    """All subjects."""

    table_class = SubjectTable
    filter_class = SubjectFilter
    export_name = "subjects"
    empty_title = gettext_lazy("No subjects yet")


class SchoolYearList(NounList):
    """All school years."""

    table_class = SchoolYearTable
    export_name = "school-years"
    empty_title = gettext_lazy("No school years yet")
