"""CH-19: a status without a basis, a school that came back to the list."""

import datetime as dt

from mayak.kernel.access import SYSTEM
from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.services import run_checks
from mayak.results.enums import StatusLevel
from mayak.results.models import SchoolDecision
from mayak.results.services.identification_approval import approve_run
from mayak.results.services.statuses import end_status, set_status
from tests.factories.registry import LegalActFactory
from tests.results.identification.world import District, kind

DAY = dt.date(2025, 9, 1)


def found(district: District) -> list[tuple[str, str]]:
    """Open findings of the two checks."""
    run_checks(scope=district.scope, check_ids=["CH-19", "CH-19-relapse"])
    rows = Finding.objects.filter(state="open").order_by("check_id", "object_key")
    return [(row.check_id, row.place) for row in rows]


def test_an_approved_list_without_an_act_is_one_finding(district: District) -> None:
    run = district.run()
    approve_run(run, actor=SYSTEM, valid_from=DAY)
    assert found(district) == [("CH-19", str(run))]


def test_an_act_takes_the_finding_away(district: District) -> None:
    act = LegalActFactory.create(territory=district.territory)
    approve_run(district.run(), actor=SYSTEM, valid_from=DAY, basis=act)
    assert found(district) == []


def test_a_status_by_hand_without_an_act_is_found_until_it_ends(district: District) -> None:
    school = district.schools[0]
    status = set_status(
        school, kind(), actor=SYSTEM, level=StatusLevel.REGIONAL, valid_from=DAY, reason="письмо"
    )
    assert found(district) == [("CH-19", str(status))]
    end_status(status, actor=SYSTEM, valid_to=dt.date(2025, 12, 31), reason="срок")
    assert found(district) == []


def test_a_school_that_came_back_is_found_on_an_approved_list(district: District) -> None:
    run = district.run()
    SchoolDecision.objects.filter(run=run, organisation=district.schools[0]).update(change="relapsed")
    assert found(district) == []
    approve_run(run, actor=SYSTEM, valid_from=DAY, basis=LegalActFactory.create(territory=district.territory))
    assert found(district) == [("CH-19-relapse", f"А: {run}")]
