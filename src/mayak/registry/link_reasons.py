"""Why a name was not joined by itself, in words: code of a linking reason -> message."""

from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mayak.registry.algorithms.candidates import Reason

LINK_REASONS: Final = MappingProxyType(
    {
        "branch_differs": _("one is a branch, the other is not"),
        "code_differs": _("the %(code)s code is different"),
        "code_elsewhere": _("the code %(code)s belongs to this school of another municipality of the region"),
        "code_shared": _("several organisations share the code: %(code)s"),
        "code_without_region": _("the code %(code)s is known, but the row names no region"),
        "codes_disagree": _("the codes belong to different organisations: %(codes)s"),
        "decision_overruled": _("an earlier decision named another organisation; the code decides"),
        "kind_differs": _("the kind is different: “%(asked)s” in the file, “%(known)s” in the registry"),
        "kind_general": _(
            "the kind is written less precisely: “%(asked)s” in the file, “%(known)s” in the registry"
        ),
        "name_differs": _("the name in the registry is different: %(name)s"),
        "name_not_unique": _("the name belongs to several organisations of the territory: %(count)s"),
        "name_of_another": _("the code is of this organisation, but the name is of another: %(name)s"),
        "name_weak": _("the name has neither a number nor a name of its own"),
        "number_differs": _("the number is different: %(asked)s in the file, %(known)s in the registry"),
        "number_missing": _("the number stands on one side only"),
        "owner_differs": _("the founder is different (municipal, state, federal or private)"),
        "same_number": _("another school of the territory has the number %(number)s: %(name)s"),
        "settlement_differs": _("the settlement is different: %(settlement)s in the registry"),
        "territory_differs": _("the territory is different"),
        "territory_in_name": _("the name mentions another territory: “%(territory)s…”"),
        "words_differ": _("the words of the name differ"),
    }
)


def reason_text(reason: Reason) -> str:
    """The message of one reason in the current language; an unknown code raises KeyError."""
    template: Promise | str = LINK_REASONS[reason.code]
    return str(template) % reason.params
