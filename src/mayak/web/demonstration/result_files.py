"""The files of one region: every procedure of every year in one file for all its districts, and social passports."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mayak.web.demonstration.context import PASSPORT_YEARS, draw_burden, draw_passport
from mayak.web.demonstration.files import SchoolLabel, write_participants, write_passports
from mayak.web.demonstration.procedures import PROCEDURES, YEARS
from mayak.web.demonstration.school_files import SCHOOL_YEARS, write_school_files
from mayak.web.demonstration.scores import Part, draw_participants
from mayak.web.demonstration.territories import BuiltRegion

OWN_FILES = "S4"
"""The part whose schools follow quarter marks and diagnostics of their own."""


@dataclass(slots=True)
class RegionFiles:
    """Where the files of a region lie, by calendar year: results, social passports, what the schools counted."""

    region: BuiltRegion
    folder: Path
    by_year: dict[int, list[Path]] = field(default_factory=dict)


def write_files(region: BuiltRegion, seed: int, folder: Path) -> RegionFiles:
    """Draw all results and passports of a region and write them as files."""
    plans = [plan for district in region.districts for plan in district.plan.schools]
    schools = [school for district in region.districts for school in district.schools]
    labels = [SchoolLabel.of(school) for school in schools]
    key = region.territory.name
    blank = Part(seed, key, plans, np.zeros(len(plans)))
    part = Part(seed, key, plans, draw_burden(blank))
    files = RegionFiles(region, folder / key)
    given = {
        name: dict(shares) for district in region.districts for name, shares in district.plan.context.items()
    }
    has_own = any(district.plan.key == OWN_FILES for district in region.districts)
    for year in YEARS:
        place = files.folder / str(year)
        found = [
            write_participants(place, draw_participants(part, procedure, year), labels)
            for procedure in PROCEDURES
            if part.teaching(procedure.grade).any()
        ]
        if year in PASSPORT_YEARS:
            found.append(write_passports(place, part, labels, year, draw_passport(part, year, given)))
        if has_own and year in SCHOOL_YEARS:
            found += write_school_files(place, part, labels, year)
        files.by_year[year] = found
    return files
