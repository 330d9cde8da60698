"""Sentences for the codes of rejections, skipped rows and notes of a mapping.

Codes are stable, sentences may change.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

REJECTIONS: Mapping[str, object] = {
    "number_bad": _("this is not a number"),
    "number_ambiguous": _("the number can be read in two ways; choose the decimal sign of the column"),
    "number_negative": _("a negative number is impossible here"),
    "count_not_whole": _("a number of pupils must be whole"),
    "count_too_big": _("the number is too big for a number of pupils"),
    "percent_above_100": _("more than 100 per cent"),
    "above_maximum": _("more than the maximum score %(maximum)s"),
    "mark_bad": _("a mark must be a whole number from 1 to 5"),
    "grade_bad": _("this is not a grade from 1 to 12"),
    "year_bad": _("this is not a year"),
    "date_bad": _("this is not a date"),
    "quarter_bad": _("this is not a quarter from 1 to 4"),
    "kind_bad": _("the kind of the assessment is not recognised"),
    "row_shifted": _(
        "the row has more cells (%(count)s) than the header (%(width)s): a delimiter stands inside a value, nothing of "
        "the row is taken; put the value in quotes or save the table with another delimiter"
    ),
    "no_school": _("the row names no school: no code, login or name"),
    "no_participant_code": _("the row has results but no participant code"),
}
SKIPS: Mapping[str, object] = {
    "blank_row": _("empty rows"),
    "title_row": _("titles above the table"),
    "header_row": _("headers of the table"),
    "repeated_header": _("headers printed again"),
    "total_row": _("totals and means"),
    "note_row": _("notes under or inside the table"),
    "group_row": _("headings of groups"),
    "aggregate_row": _("rows about a region, a municipality or the whole sample"),
    "prepared_empty_row": _("prepared rows that nobody filled in"),
    "no_values": _("rows of schools without any result"),
    "no_table": _("sheets without a table"),
    "no_result_columns": _("tables without results"),
    "no_school_column": _("tables without schools"),
    "groups_without_marks": _("tables by groups of participants without marks"),
}
NOTES: Mapping[str, object] = {
    "personal": _("personal data: the column is not read"),
    "not_recognised": _("the header is not recognised: the column is not read"),
    "bare_subject_as_mean": _("only the subject is named: taken for the mean score"),
    "label_contradicts_data": _(
        "the header says «under», but the column counts pupils who have at least this score; "
        "it is not taken for low results"
    ),
    "x_is_longitude": _("X is the longitude here: the column is not read"),
    "repeated_role": _("another column already has this meaning"),
    "decimal_uncertain": _("every number of the column can be read in two ways: check the decimal sign"),
    "values_not_numbers": _("most cells of the column are not numbers"),
    "unit_uncertain": _("counts or per cent? check it"),
    "share_as_fraction": _("values from 0 to 1 are taken for shares"),
    "not_for_participants": _("a number about a school in a table of participants: not read"),
    "not_for_schools": _("a number about a participant in a table of schools: not read"),
    "codes_hyphenated": _(
        "school codes are written with hyphens: another numbering, it is not joined by machine"
    ),
    "codes_of_different_length": _(
        "school codes have different lengths: check that no leading zeros were lost"
    ),
    "max_score_unknown": _("the maximum score is not known"),
    "missing_kind": _("the kind of the assessment is not known: choose it"),
    "missing_year": _("the year is not known: choose it"),
    "missing_subject": _("the subject is not known: choose it"),
    "missing_grade": _("the grade is not known: choose it"),
    "missing_school": _("no column names the school: choose one"),
}
