"""One draft for one form, however often its button is pressed."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from mayak.matching.models import MatchingRun


def made_once(key: str, make: Callable[[], MatchingRun]) -> MatchingRun:
    """Return what ``make`` makes, or what was made under the same key before; an empty key is no key.

    Of two at the same time the second waits, finds the key taken, takes back all it wrote and returns the first one's.

    Raises:
        ValidationError: what ``make`` refuses; the key stays free then.
    """
    if not key:
        return make()
    if (earlier := _under(key)) is not None:
        return earlier
    try:
        with transaction.atomic():
            run = make()
            MatchingRun.objects.filter(pk=run.pk).update(once_key=key)
    except IntegrityError:
        if (earlier := _under(key)) is None:
            raise
        return earlier
    return run


def _under(key: str) -> MatchingRun | None:
    return MatchingRun.objects.filter(once_key=key).first()
