"""A catalogue of competences as a file."""

from mayak.diagnosis.imports.sheets import as_number, read_table
from mayak.diagnosis.selectors.table_words import table_words
from mayak.diagnosis.services.competence_lists import GivenCompetence


def read_competences(name: str, data: bytes) -> list[GivenCompetence]:
    """Return the rows of the file.

    Raises:
        ImportProblem: the file cannot be read or has no column with names.
    """
    rows = []
    for row in read_table(name, data, table_words()["competence_columns"], required=("name",)):
        values = row.values
        rows.append(
            GivenCompetence(
                row.number,
                values.get("code", ""),
                values.get("group", ""),
                values.get("name", ""),
                values.get("description", ""),
                values.get("subject", ""),
                values.get("grade_from", "") and as_number(values["grade_from"]),
                values.get("grade_to", "") and as_number(values["grade_to"]),
                values.get("source", ""),
                {level: text for level in range(4) if (text := values.get(f"level_{level}", ""))},
            )
        )
    return rows
