"""Results of a test of teachers as a file: a row for each competence, or a row for each person with columns by code."""

from collections.abc import Collection

from mayak.diagnosis.imports.sheets import as_number, plain, read_table
from mayak.diagnosis.selectors.table_words import table_words
from mayak.diagnosis.services.test_lists import GivenResult


def read_results(name: str, data: bytes, competences: Collection[str]) -> list[GivenResult]:
    """Return one result for each person and competence.

    Args:
        name: of the file.
        data: its bytes.
        competences: codes and names under which a column may stand for a competence.

    Raises:
        ImportProblem: the file cannot be read, or no column names a person.
    """
    known = {plain(one) for one in competences}
    found = []
    for row in read_table(name, data, table_words()["test_columns"], required=("person", "email")):
        values = row.values
        common = (values.get("person", ""), values.get("email", ""), values.get("school", ""))
        pairs = [(header, text) for header, text in row.others.items() if plain(header) in known]
        if values.get("competence"):
            pairs.append((values["competence"], values.get("value", "")))
        for competence, text in pairs:
            day_text = values.get("day", "")
            day = row.days.get("day")
            found.append(
                GivenResult(
                    row.number,
                    *common,
                    competence,
                    as_number(text),
                    text,
                    day,
                    bool(day_text) and day is None,
                )
            )
        if not pairs:
            found.append(GivenResult(row.number, *common, "", None, "", None, is_bad_day=False))
    return found
