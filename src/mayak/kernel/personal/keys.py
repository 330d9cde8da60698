"""The keys of persons as the audit log needs them: few queries, no lock, never kept in memory."""

from collections.abc import Collection

from mayak.kernel.personal.cipher import new_secret
from mayak.kernel.personal.models import PersonKey


def keys_for(subjects: Collection[str]) -> dict[str, PersonKey]:
    """Return the keys of the subjects, made where there were none: one query, three where one is new.

    A destroyed key is returned too, so that nothing is hidden under a new one after an erasure.
    """
    found = _found(subjects)
    if len(found) < len(subjects):
        make_keys(subjects)
        found = _found(subjects)
    return found


def make_keys(subjects: Collection[str]) -> None:
    """Make the keys that do not exist yet; whoever was faster has made them as well."""
    rows = [PersonKey(subject=subject, secret=new_secret(subject)) for subject in sorted(subjects)]
    PersonKey.objects.bulk_create(rows, ignore_conflicts=True)


def _found(subjects: Collection[str]) -> dict[str, PersonKey]:
    if not subjects:
        return {}
    return {key.subject: key for key in PersonKey.objects.filter(subject__in=subjects)}
