"""Subjects as files call them: found by name, code or alias, or created where the person asked for it."""

import hashlib
import re

from mayak.kernel.access import Actor
from mayak.registry.models import Subject
from mayak.registry.services.dictionaries import create_subject

_SIGNS = re.compile(r"[^\w]+")
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "c",
            "ch",
            "sh",
            "shch",
            "a",
            "y",
            "-",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
) | {"ь": "", "ъ": "a"}


def subject_key(text: str) -> str:
    """Letters of a subject's name for comparison."""
    return " ".join(_SIGNS.sub(" ", text.lower().replace("ё", "е")).split())


def subject_code(name: str) -> str:
    """A code for a new subject: «Български език» -> balgarski-ezik."""
    latin = "".join(_LATIN.get(sign, sign) for sign in name.lower())
    slug = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:30]
    return slug or "subject-" + hashlib.blake2b(name.encode(), digest_size=4).hexdigest()


class Subjects:
    """All subjects with every name under which files call them."""

    def __init__(self, *, actor: Actor, create: bool = False, is_trial: bool = True) -> None:
        self.created: list[Subject] = []
        self._actor, self._create, self._is_trial = actor, create, is_trial
        self._by_key: dict[str, Subject] = {}
        for subject in Subject.objects.all():
            self._add(subject)

    def _add(self, subject: Subject) -> None:
        for name in (subject.code, subject.name_en, *subject.aliases):
            if name:
                self._by_key.setdefault(subject_key(str(name)), subject)
        self._by_key[subject_key(subject.name)] = subject

    def find(self, text: str) -> Subject | None:
        """The subject of this name, or None; an empty name is no subject."""
        key = subject_key(text)
        if not key:
            return None
        return self._by_key.get(key) or (self._make(text) if self._create else None)

    def _make(self, text: str) -> Subject:
        """Create it; a code that is taken gets a suffix.

        Raises:
            ValidationError: the name cannot be a subject's.
        """
        name, code = " ".join(text.split())[:120], subject_code(text)
        taken = set(Subject.objects.filter(code__startswith=code).values_list("code", flat=True))
        while code in taken:
            code = f"{code}-{len(taken) + 1}"
        if self._is_trial:
            made = Subject(pk=-1 - len(self.created), code=code, name=name)
        else:
            made = create_subject(actor=self._actor, code=code, name=name)
        self._add(made)
        self.created.append(made)
        return made
