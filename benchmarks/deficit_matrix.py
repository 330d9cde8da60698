"""The deficit matrix of a region: 20,000 teachers x 80 competences, with hiding of small groups.

    MAYAK_DATA=/tmp/deficit-matrix python benchmarks/deficit_matrix.py [teachers] [competences]

An empty folder (SQLite) or MAYAK_DATABASE_URL of an empty database. Synthetic rows (seed 2026): 25 municipalities, 500
schools, each teacher with a combined severity for 70 % of the competences, so that the numbers of people differ between
competences and each of them is hidden for itself. Target: the median of the whole matrix under 2 s.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")

import django

django.setup()

import numpy as np  # noqa: E402  # Django is set up first
from django.core.management import call_command  # noqa: E402  # Django is set up first
from django.db import connection, transaction  # noqa: E402  # Django is set up first
from machine import describe, median_seconds  # noqa: E402  # Django is set up first

from mayak.diagnosis.algorithms.packing import RECORD  # noqa: E402  # Django is set up first
from mayak.diagnosis.models import Competence, CompetenceGroup, DeficitSummary  # noqa: E402  # the same
from mayak.diagnosis.selectors.matrix import school_matrix, territory_matrix  # noqa: E402  # the same
from mayak.diagnosis.selectors.problem_groups import propose_groups  # noqa: E402  # the same
from mayak.kernel.access import SYSTEM  # noqa: E402  # the same
from mayak.registry.enums import TerritoryKind  # noqa: E402  # the same
from mayak.registry.models import Employment, Organisation, Person, Territory  # noqa: E402  # the same
from mayak.registry.services.territories import create_territory  # noqa: E402  # the same

MUNICIPALITIES, SCHOOLS, KNOWN = 25, 500, 0.7
TARGET_SECONDS = 2
AT_ONCE = 1000


@transaction.atomic
def build(teachers: int, width: int) -> Territory:
    """Write the region and return it."""
    country = Territory.objects.filter(kind=TerritoryKind.COUNTRY).first() or create_territory(
        actor=SYSTEM, name="Страна", kind=TerritoryKind.COUNTRY
    )
    region = create_territory(actor=SYSTEM, name="Область", kind=TerritoryKind.REGION, parent=country)
    districts = [
        create_territory(actor=SYSTEM, name=f"Район {n}", kind=TerritoryKind.MUNICIPALITY, parent=region)
        for n in range(MUNICIPALITIES)
    ]
    schools = Organisation.objects.bulk_create(
        Organisation(
            territory=districts[n % MUNICIPALITIES],
            name=f"Школа {n}",
            short_name=f"Школа {n}",
            kind="school",
            sort_key=f"{n:04d}",
        )
        for n in range(SCHOOLS)
    )
    group = CompetenceGroup.objects.create(code="bench", name="Замер", source="-")
    competences = Competence.objects.bulk_create(
        Competence(group=group, code=f"bench-{n}", name=f"Компетенция {n}") for n in range(width)
    )
    generator = np.random.default_rng(2026)
    sizes = generator.pareto(1.5, SCHOOLS) + 0.15
    places = generator.choice(SCHOOLS, size=teachers, p=sizes / sizes.sum())
    people = Person.objects.bulk_create(
        (
            Person(
                territory=schools[place].territory,
                family_name=f"Учитель{n}",
                given_name="А",
                sort_key=f"{n:06d}",
            )
            for n, place in enumerate(places)
        ),
        batch_size=AT_ONCE,
    )
    Employment.objects.bulk_create(
        (
            Employment(person=person, organisation=schools[place], position="учитель")
            for person, place in zip(people, places, strict=True)
        ),
        batch_size=AT_ONCE,
    )
    keys = np.array([one.pk for one in competences], dtype=np.uint32)

    def packed() -> bytes:
        chosen = generator.random(width) < KNOWN
        rows = np.zeros(int(chosen.sum()), dtype=RECORD)
        rows["competence"] = keys[chosen]
        rows["severity"] = generator.integers(0, 301, len(rows))
        rows["wish"] = generator.random(len(rows)) < 0.2
        return rows.tobytes()

    DeficitSummary.objects.bulk_create(
        (DeficitSummary(person=person, packed=packed()) for person in people), batch_size=AT_ONCE
    )
    return region


def main() -> None:
    """Measure the matrix of the region, of a district and of a school, and the proposals of groups."""
    teachers = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    width = int(sys.argv[2]) if len(sys.argv) > 2 else 80
    call_command("migrate", verbosity=0)
    print(describe(), connection.vendor)
    begun = time.perf_counter()
    region = Territory.objects.filter(kind=TerritoryKind.REGION, name="Область").first() or build(
        teachers, width
    )
    print(f"{teachers} teachers x {width} competences written in {time.perf_counter() - begun:.0f} s")
    competences = list(Competence.objects.select_related("group"))
    district = Territory.objects.filter(parent=region).order_by("pk")[0]
    school = Organisation.objects.filter(territory=district).order_by("pk")[0]
    found = territory_matrix(region, competences)
    shown = sum(not cell.is_hidden for row in found.rows for cell in row.cells)
    print(f"rows {len(found.rows)}, people {found.total.people}, cells shown {shown}")
    seconds, text = median_seconds(lambda: territory_matrix(region, competences), 5)
    print(f"matrix of the region   {text}, target {TARGET_SECONDS} s")
    for name, run in (
        ("matrix of a district   ", lambda: territory_matrix(district, competences)),
        ("matrix of a school     ", lambda: school_matrix(school, competences, sees_neighbours=True)),
        ("proposals of groups    ", lambda: propose_groups(region, None, names_people=True)),
    ):
        print(name, median_seconds(run)[1])
    if seconds >= TARGET_SECONDS:
        print("over the target: look at the load of the machine and at the processor time")


if __name__ == "__main__":
    main()
