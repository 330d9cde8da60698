"""What the completeness check says of an agreement, in words: place, why, how to mend (check CH-05)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mayak.networks.algorithms.completeness import (
    Act,
    Clause,
    Fault,
    FaultCode,
    Need,
    Paper,
    Party,
    citations_in,
    faults_of,
)
from mayak.networks.enums.agreements import AgreementKind, ClauseSection, PartyRole
from mayak.networks.models import (
    Agreement,
    AgreementClause,
    AgreementParty,
    AgreementRequirement,
)
from mayak.networks.selectors.agreement_texts import field_values, kept_fields
from mayak.networks.selectors.agreement_versions import last_version
from mayak.registry.enums import ActState
from mayak.registry.models import LegalAct

OVER = frozenset({ActState.CANCELLED, ActState.REPLACED})


@dataclass(frozen=True, slots=True)
class AgreementFinding:
    """One finding in words; ``is_missing``: a clause of the template can mend it."""

    key: str
    code: str
    place: str
    reason: str
    remedy: str
    source: str = ""
    is_missing: bool = False


def findings_of(agreement: Agreement, day: dt.date) -> list[AgreementFinding]:
    """Return what is wrong with the present version on the day."""
    parties = list(agreement.parties.all())
    clauses = list(last_version(agreement).clauses.all())
    rules = list(AgreementRequirement.objects.filter(kind=agreement.kind))
    acts = known_acts(clauses)
    return checked(agreement, day, parties=parties, clauses=clauses, rules=rules, acts=acts)


def checked(
    agreement: Agreement,
    day: dt.date,
    *,
    parties: Sequence[AgreementParty],
    clauses: Sequence[AgreementClause],
    rules: Sequence[AgreementRequirement],
    acts: Sequence[Act],
) -> list[AgreementFinding]:
    """Return the findings of data that were read already."""
    values = field_values(agreement, list(parties))
    paper = Paper(
        parties=[
            Party(one.role, one.name, one.representative, one.basis, one.has_requisites) for one in parties
        ],
        clauses=[Clause(one.number, one.section, kept_fields(one.text, values), one.side) for one in clauses],
        needs=[Need(one.section, one.each_side) for one in rules],
        day=day,
        ends_on=agreement.ends_on,
        programme_ends_on=agreement.programme.ends_on if agreement.programme else None,
        acts=acts,
        filled=frozenset(name for name, value in values.items() if value),
        fewest_parties=1 if agreement.is_rules else 2,
        needs_network_form=agreement.pupils_study and agreement.kind == AgreementKind.COOPERATION,
    )
    by_section = {rule.section: rule for rule in rules}
    return [_in_words(fault, by_section) for fault in faults_of(paper)]


def known_acts(clauses: Iterable[AgreementClause]) -> list[Act]:
    """Return the acts of the registry that the clauses cite or nearly cite, one query."""
    cited = citations_in(Clause(one.number, one.section, one.text) for one in clauses)
    if not cited:
        return []
    rows = LegalAct.objects.filter(number__in={one.number for one in cited}) | LegalAct.objects.filter(
        date__in={one.date for one in cited}
    )
    return [
        Act(row.number, row.date, row.state in OVER, str(row.replaced_by or ""))
        for row in rows.exclude(number="").select_related("replaced_by").order_by("pk")
    ]


def _in_words(fault: Fault, rules: dict[str, AgreementRequirement]) -> AgreementFinding:
    if fault.code in {FaultCode.NO_SECTION, FaultCode.NO_DUTIES}:
        return _of_rule(fault, rules)
    place, reason, remedy = _words(fault)
    return AgreementFinding(fault.key, fault.code, place, reason, remedy)


def _of_rule(fault: Fault, rules: dict[str, AgreementRequirement]) -> AgreementFinding:
    is_duty = fault.code == FaultCode.NO_DUTIES
    rule = rules[ClauseSection.DUTIES if is_duty else fault.place]
    place = (
        _("Duties of the side «%(role)s» (%(names)s)")
        % {"role": PartyRole(fault.place).label, "names": fault.values["names"]}
        if is_duty
        else str(ClauseSection(fault.place).label)
    )
    return AgreementFinding(
        fault.key, fault.code, place, rule.reason, rule.remedy, source=rule.source, is_missing=True
    )


def _words(fault: Fault) -> tuple[str, str, str]:
    """Return place, reason and remedy of a fault."""
    values: dict[str, Any] = {"place": fault.place, **fault.values}
    clause = _("Clause %(place)s") % values
    if fault.code == FaultCode.GAP:
        reason = (
            _("There is no clause %(place)s: after %(before)s comes %(after)s.")
            if fault.values["before"]
            else _("There is no clause %(place)s: the numbers begin with %(after)s.")
        )
        return clause, reason % values, _("Restore the clause that was lost or number the clauses anew.")
    table: dict[FaultCode, tuple[str, str, str]] = {
        FaultCode.TWICE: (clause, _("Two clauses have this number."), _("Number the clauses anew.")),
        FaultCode.NO_MEASURE: (
            clause,
            _("The result is named without a number: it cannot be measured."),
            _("Add a number and a day, for example satisfaction of at least 85 percent."),
        ),
        FaultCode.EXPIRED: (
            _("Term"),
            _("The term ended on %(place)s."),
            _("Conclude a new agreement or an amendment that prolongs it; end this one."),
        ),
        FaultCode.PROGRAMME_OVER: (
            _("Term"),
            _("The agreement has no last day, and the programme ended on %(place)s."),
            _("State a last day or conclude a new agreement."),
        ),
        FaultCode.ACT_OVER: (
            clause,
            _("The act of %(act)s is not in force any more. %(instead)s"),
            _("Cite the act that is in force now."),
        ),
        FaultCode.ACT_DIFFERS: (
            clause,
            _("The act is cited as %(act)s, elsewhere as %(other)s."),
            _("Look at the act and cite it in one way."),
        ),
        FaultCode.NO_REPRESENTATIVE: (
            fault.place,
            _("Nobody is named who signs for this party."),
            _("Name the representative with post and full name in the requisites of the party."),
        ),
        FaultCode.NO_BASIS: (
            fault.place,
            _("It is not said on what basis %(representative)s acts."),
            _("Add the basis: the charter or a power of attorney with number and date."),
        ),
        FaultCode.NO_REQUISITES: (
            fault.place,
            _("Neither address nor ИНН of the legal person is given."),
            _("Take the requisites from the registry or write them."),
        ),
        FaultCode.FEW_PARTIES: (
            _("Parties"),
            _("An agreement has at least two parties, here: %(place)s."),
            _("Add the other party."),
        ),
        FaultCode.EMPTY_FIELD: (
            clause,
            _("The field «%(field)s» is not filled."),
            _("Fill in the data of the agreement or change the text of the clause."),
        ),
        FaultCode.WRONG_KIND: (
            _("Kind of the agreement"),
            _("Pupils study in another school under it: cooperation of teachers does not cover that."),
            _("Make a contract on the network form of the programme besides."),
        ),
    }
    place, reason, remedy = table[fault.code]
    return place, (reason % values).strip(), remedy
