"""Files given as answers in a named round."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from mayak.surveys.models import AnswerFile, SurveyInvitation
from mayak.surveys.validators import check_answer_file


@transaction.atomic
def keep_answer_file(invitation: SurveyInvitation, question: str, file: "UploadedFile[Any]") -> str:
    """Keep the file and return its key; an earlier one stays until the answers that name the new one are kept.

    Raises:
        ValidationError: a file of this kind or size is not taken.
    """
    check_answer_file(file)
    kept = AnswerFile.objects.create(
        invitation=invitation, question=question, name=(file.name or "file")[:200], file=file
    )
    return str(kept.pk)


@transaction.atomic
def drop_unused_files(invitation: SurveyInvitation, answers: Mapping[str, Any]) -> None:
    """Drop the files of somebody that the answers, kept by now, do not name."""
    for old in AnswerFile.objects.filter(invitation=invitation):
        if answers.get(old.question) != str(old.pk):
            transaction.on_commit(lambda kept=old: kept.file.delete(save=False))  # type: ignore[misc]  # bound at once
            AnswerFile.objects.filter(pk=old.pk).delete()
