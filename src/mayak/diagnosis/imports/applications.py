"""Reading a list of applications to a contest."""

from mayak.diagnosis.imports.listed import read_listed
from mayak.diagnosis.services.application_lists import ApplicationRow


def read_applications(name: str, data: bytes) -> list[ApplicationRow]:
    """Return the rows of the file.

    Raises:
        ImportProblem: the file cannot be read, or no column names the school.
    """
    return [
        ApplicationRow(
            row=row.row,
            login=row.text("login"),
            code=row.text("code").removesuffix(".0"),
            name=row.text("name"),
            reasons=row.text("reasons"),
            done=row.text("done"),
            plans=row.text("plans"),
        )
        for row in read_listed(name, data, "applications", needed="name")
    ]
