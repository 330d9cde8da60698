"""Files of an agreement: the scan of the signed paper, detached signatures, remarks."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.uploads.kinds import check_paper
from mayak.networks.enums.agreements import AgreementFileKind, AgreementState
from mayak.networks.models import Agreement, AgreementFile, AgreementParty
from mayak.networks.selectors.agreement_texts import paper_of
from mayak.networks.selectors.agreement_versions import last_version
from mayak.networks.services.agreement_guard import held, log_part

LIMIT_MB: Final = 20
PAPERS: Final = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".docx")
SIGNATURES: Final = (".sig", ".p7s")


@transaction.atomic
def add_file(
    agreement: Agreement, *, actor: Actor, file: Any, kind: str, party: AgreementParty | None = None
) -> AgreementFile:
    """Keep a file, bound to the hash of the text as it stands; a signature is kept and not verified.

    Raises:
        ValidationError: a scan or a signature of a text that is still being changed, a signature without its party,
            the file is too large, empty, of another kind or not what its name says.
    """
    row = held(agreement)
    if row.state == AgreementState.ENDED:
        raise ValidationError(_("The agreement has ended: its files stay as they are."), code="state")
    if kind != AgreementFileKind.REMARKS and row.state in {AgreementState.DRAFT, AgreementState.IN_APPROVAL}:
        raise ValidationError(_("First the text is agreed, then its signed copy is kept."), code="state")
    if kind == AgreementFileKind.SIGNATURE and party is None:
        raise ValidationError({"party": _("Say whose signature it is.")})
    file_hash = _checked(file, kind)
    made = AgreementFile.objects.create(
        agreement=row,
        party=party,
        kind=kind,
        name=str(file.name)[:200],
        file=file,
        file_hash=file_hash,
        content_hash=paper_of(row, last_version(row)).content_hash,
        added_by_label=actor.label[:200],
    )
    log_part(
        made, row, actor=actor, action="upload",
        changes={"kind": ["", kind], "file_hash": ["", file_hash], "content_hash": ["", made.content_hash]},
    )  # fmt: skip
    return made


def _checked(file: Any, kind: str) -> str:
    if kind == AgreementFileKind.SIGNATURE:
        wrong = _("A detached signature is a .sig or .p7s file; “%(name)s” is not.")
        return check_paper(file, SIGNATURES, limit_mb=1, wrong_kind=wrong)
    wrong = _("A scan is a PDF, PNG, JPEG, TIFF or docx file; “%(name)s” is not.")
    return check_paper(file, PAPERS, limit_mb=LIMIT_MB, wrong_kind=wrong)
