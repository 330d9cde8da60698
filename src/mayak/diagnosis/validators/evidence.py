"""What may prove the mastery of a person: results of ВПР never do (LAW_508937; ПП РФ 30.04.2024 № 556)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.algorithms.vpr_words import names_vpr

__all__ = ["names_vpr", "refuse_vpr"]


def refuse_vpr(value: Any) -> None:
    """Refuse a text that names ВПР as a proof of what a person can do.

    Raises:
        ValidationError: the text names ВПР.
    """
    if names_vpr(value):
        raise ValidationError(
            _(
                "Results of ВПР may not be used to evaluate teachers, so they prove nothing here. Name a category, "
                "a publication, an award, a lesson or a certificate."
            ),
            code="vpr",
        )
