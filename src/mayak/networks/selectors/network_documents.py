"""Which documents a network has, lacks, or has no more: by its model, for the network, its centre and each member."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.networks.enums.agreements import BINDING
from mayak.networks.enums.networks import DocumentState, DocumentSubject, EffectiveState
from mayak.networks.models import (
    Agreement,
    AgreementParty,
    CoordinationCentre,
    DocumentRequirement,
    Network,
    NetworkDocument,
    NetworkMember,
)
from mayak.networks.selectors.network_rules import requirements_of
from mayak.registry.enums import ActState
from mayak.registry.models import LegalAct

CONTRACT = "member-contract"
"""The contract with a member: a signed agreement kept here is one."""
OUT_OF_FORCE = frozenset({ActState.REPLACED, ActState.CANCELLED})
STATE_TONES = {
    EffectiveState.MISSING: "bad",
    EffectiveState.DRAFT: "warning",
    EffectiveState.SIGNED: "good",
    EffectiveState.EXPIRED: "bad",
}


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One needed document: what it is on the day, by which act, and why where that is not plain."""

    requirement: DocumentRequirement
    state: EffectiveState
    member: NetworkMember | None = None
    document: NetworkDocument | None = None
    act: LegalAct | None = None
    note: str = ""

    @property
    def tone(self) -> str:
        """The tone of the state; a document that is not required is never bad."""
        tone = STATE_TONES[self.state]
        return "neutral" if tone == "bad" and not self.requirement.is_required else tone

    @property
    def word(self) -> Any:
        """The state in a word."""
        return self.state.label

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == EffectiveState.SIGNED or not self.requirement.is_required


@dataclass(frozen=True, slots=True)
class Checklist:
    """The documents of a network. ``columns``: those of each member; ``rows``: a line or None for each column."""

    common: tuple[DocumentLine, ...] = ()
    columns: tuple[DocumentRequirement, ...] = ()
    rows: tuple[tuple[NetworkMember, tuple[DocumentLine | None, ...]], ...] = ()

    @property
    def lines(self) -> list[DocumentLine]:
        """All documents."""
        return [*self.common, *(line for _member, cells in self.rows for line in cells if line is not None)]

    @property
    def required(self) -> list[DocumentLine]:
        """The documents that must be there."""
        return [line for line in self.lines if line.requirement.is_required]

    @property
    def lacking(self) -> list[DocumentLine]:
        """The required documents that are not signed on the day."""
        return [line for line in self.lines if not line.is_done]

    @property
    def done(self) -> int:
        """How many required documents are signed."""
        return len(self.required) - len(self.lacking)

    @property
    def lacks_functions(self) -> bool:
        """Whether no act gives management functions although the model needs one."""
        return any(line.requirement.gives_functions for line in self.lacking)


@dataclass
class _Papers:
    """What was read of one network."""

    members: list[NetworkMember] = field(default_factory=list)
    centres: list[CoordinationCentre] = field(default_factory=list)
    documents: dict[tuple[str, int | None], NetworkDocument] = field(default_factory=dict)
    contracts: dict[int, list[Agreement]] = field(default_factory=lambda: defaultdict(list))


def effective_state(document: NetworkDocument | None, day: dt.date) -> EffectiveState:
    """Return what the document is on a day: a cancelled act or a past term makes it expired."""
    if document is None:
        return EffectiveState.MISSING
    act = document.act
    signed_later = document.signed_on is None or document.signed_on > day
    if document.state == DocumentState.DRAFT or signed_later or (act and act.state == ActState.DRAFT):
        return EffectiveState.DRAFT
    is_past = document.valid_until is not None and document.valid_until < day
    if is_past or (act and act.state in OUT_OF_FORCE):
        return EffectiveState.EXPIRED
    return EffectiveState.SIGNED


def day_of(network: Network, today: dt.date | None = None) -> dt.date:
    """Return the day on which documents are judged: today, for a past school year its last day."""
    return min(today or timezone.localdate(), network.school_year.ends_on)


def checklist(network: Network, *, today: dt.date | None = None) -> Checklist:
    """Return the documents of one network; five queries."""
    return checklists([network], today=today)[network.pk]


def checklists(networks: Iterable[Network], *, today: dt.date | None = None) -> dict[int, Checklist]:
    """Return the documents of many networks, five queries for any number.

    Args:
        networks: with their school years.
        today: on which day; past school years are judged on their last day.
    """
    shown = list(networks)
    rules = list(DocumentRequirement.objects.all())
    papers = _papers([one.pk for one in shown])
    found = {}
    for one in shown:
        needed = requirements_of(rules, one.model, one.school_year.start_year)
        found[one.pk] = _checklist(needed, papers[one.pk], day_of(one, today))
    return found


def _papers(keys: Sequence[int]) -> Mapping[int, _Papers]:
    found: dict[int, _Papers] = defaultdict(_Papers)
    members = NetworkMember.objects.filter(network__in=keys, left_on=None).select_related(
        "organisation__territory"
    )
    for member in members.order_by("position", "role", "organisation__sort_key", "pk"):
        found[member.network_id].members.append(member)
    for centre in CoordinationCentre.objects.filter(network__in=keys).select_related(
        "organisation", "group", "act"
    ):
        found[centre.network_id].centres.append(centre)
    documents = NetworkDocument.objects.filter(network__in=keys).select_related("requirement", "act")
    for document in documents.order_by("pk"):
        found[document.network_id].documents[document.requirement.code, document.member_id] = document
    _add_contracts(found, keys)
    return found


def _add_contracts(found: Mapping[int, _Papers], keys: Sequence[int]) -> None:
    """Signed agreements of the network or of its pairs, by each organisation that is a party."""
    belongs = Q(agreement__network__in=keys) | Q(agreement__partnership__network__in=keys)
    parties = AgreementParty.objects.filter(belongs, agreement__state__in=BINDING).select_related(
        "agreement__partnership"
    )
    for party in parties.order_by("agreement__signed_on", "agreement__pk"):
        agreement = party.agreement
        pair = agreement.partnership
        network = agreement.network_id or (pair.network_id if pair else None)
        if network is not None and network in found:
            found[network].contracts[party.organisation_id].append(agreement)


def _holds(agreement: Agreement, day: dt.date) -> bool:
    begins, ends = agreement.starts_on, agreement.ends_on
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _checklist(needed: Sequence[DocumentRequirement], papers: _Papers, day: dt.date) -> Checklist:
    kinds = {centre.kind for centre in papers.centres}
    wanted = [row for row in needed if not row.centre_kind or row.centre_kind in kinds]
    common = tuple(_common_line(row, papers, day) for row in wanted if row.subject != DocumentSubject.MEMBER)
    columns = tuple(row for row in wanted if row.subject == DocumentSubject.MEMBER)
    covered = {
        line.requirement.covers: line.requirement
        for line in common
        if line.requirement.covers and line.state == EffectiveState.SIGNED
    }
    central = {centre.organisation_id for centre in papers.centres}
    rows = []
    for member in papers.members if columns else ():
        cells = tuple(
            _member_line(row, member, papers, day=day, central=central, covered=covered) for row in columns
        )
        if any(cell is not None for cell in cells):
            rows.append((member, cells))
    return Checklist(common, columns, tuple(rows))


def _common_line(row: DocumentRequirement, papers: _Papers, day: dt.date) -> DocumentLine:
    document = papers.documents.get((row.code, None))
    state = effective_state(document, day)
    act = document.act if document else None
    if row.gives_functions and state != EffectiveState.SIGNED:
        given = _centre_act(papers.centres)
        if given is not None:
            note = _("stated at the coordination centre")
            return DocumentLine(row, _act_state(given), document=document, act=given, note=note)
    note = document.note if document else ""
    return DocumentLine(row, state, document=document, act=act, note=note)


def _centre_act(centres: Iterable[CoordinationCentre]) -> LegalAct | None:
    """The act that gives a centre its functions: it counts where the functions are named."""
    acts = [centre.act for centre in centres if centre.act is not None and centre.functions.strip()]
    valid = [act for act in acts if _act_state(act) == EffectiveState.SIGNED]
    return next(iter([*valid, *acts]), None)


def _act_state(act: LegalAct) -> EffectiveState:
    if act.state == ActState.DRAFT:
        return EffectiveState.DRAFT
    return EffectiveState.EXPIRED if act.state in OUT_OF_FORCE else EffectiveState.SIGNED


def _member_line(
    row: DocumentRequirement,
    member: NetworkMember,
    papers: _Papers,
    *,
    day: dt.date,
    central: Collection[int | None],
    covered: Mapping[str, DocumentRequirement],
) -> DocumentLine | None:
    """The document of one member; None where its role needs none or the member is the centre itself."""
    if (row.roles and member.role not in row.roles) or member.organisation_id in central:
        return None
    document = papers.documents.get((row.code, member.pk))
    state = effective_state(document, day)
    if state != EffectiveState.SIGNED and row.code in covered:
        note = _("in its place: %(document)s") % {"document": covered[row.code]}
        return DocumentLine(row, EffectiveState.SIGNED, member=member, document=document, note=note)
    held = [one for one in papers.contracts[member.organisation_id] if _holds(one, day)]
    if state != EffectiveState.SIGNED and row.code == CONTRACT and held:
        return DocumentLine(row, EffectiveState.SIGNED, member=member, document=document, note=str(held[-1]))
    act = document.act if document else None
    return DocumentLine(row, state, member, document, act, document.note if document else "")
