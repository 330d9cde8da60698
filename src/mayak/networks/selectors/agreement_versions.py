"""Versions of an agreement beside each other."""

from django.utils.translation import gettext as _

from mayak.networks.algorithms.comparing import ClauseChange, ClauseText, compare_versions
from mayak.networks.models import Agreement, AgreementVersion
from mayak.networks.selectors.agreement_texts import AgreementPaper, paper_of


def last_version(agreement: Agreement) -> AgreementVersion:
    """Return the version that holds: the last one."""
    return agreement.versions.order_by("-number")[0]


def compare(agreement: Agreement, old: AgreementVersion, new: AgreementVersion) -> list[ClauseChange]:
    """Return every clause, the preamble and the requisites of two versions beside each other."""
    return compare_versions(_texts(paper_of(agreement, old)), _texts(paper_of(agreement, new)))


def _texts(paper: AgreementPaper) -> list[ClauseText]:
    head = ClauseText("-preamble", _("Preamble"), paper.preamble)
    parties = [
        ClauseText(
            f"-party-{number}",
            _("Requisites"),
            "\n".join(
                [one.name, *(f"{label}: {value}" for label, value in one.requisites), one.post, one.signature]
            ),
        )
        for number, one in enumerate(paper.parties, start=1)
    ]
    return [head, *(ClauseText(one.key, one.number, one.text) for one in paper.clauses), *parties]
