"""The district of these tests."""

import pytest

from tests.results.identification.world import District, make_district


@pytest.fixture
def district(db: None) -> District:
    """Five schools; the ШНОР rule names «А» (two procedures) and «Б» (one procedure two years running)."""
    district = make_district()
    district.school("А", (0, 8), (0, 10), (0, 0))
    district.school("Б", (9, 8), (0, 0), (0, 0))
    district.school("В", (9, 0), (0, 8), (0, 0))
    district.school("Г", (0, 7), (0, 7), (0, 7))
    district.school("Д", (0, 0), (0, 0), (0, 0))
    return district
