"""Reading a list of certificates."""

from mayak.diagnosis.imports.listed import read_listed
from mayak.diagnosis.services.certificate_lists import CertificateRow


def read_certificates(name: str, data: bytes) -> list[CertificateRow]:
    """Return the rows of the file.

    Raises:
        ImportProblem: the file cannot be read, or no column holds full names.
    """
    return [
        CertificateRow(
            row=row.row,
            person=row.text("person"),
            school=row.text("school"),
            title=row.text("title"),
            provider=row.text("provider"),
            hours=row.text("hours").removesuffix(".0"),
            number=row.text("number").removesuffix(".0"),
            issued_on=row.day("issued_on"),
            valid_until=row.day("valid_until"),
        )
        for row in read_listed(name, data, "certificates", needed="person")
    ]
