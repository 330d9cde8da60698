"""Finding people by a word: for the audit log, which hides their names."""

from django.db.models import Q

from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.models import Person

AT_MOST = 1000


def person_keys_with(word: str) -> list[int]:
    """Return the keys of the people in whose name or e-mail the word occurs, at most a thousand."""
    by_name = Q(sort_key__holds=plain(word)) if plain(word) else Q(pk__in=[])
    found = Person.objects.filter(by_name | Q(email__holds=word.lower()))
    return list(found.order_by("pk").values_list("pk", flat=True)[:AT_MOST])
