"""Slowing down of guessing: exact between processes and kept through a restart, because the counts are rows."""

import datetime as dt
import math
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from mayak.accounts.enums import Guess
from mayak.accounts.models import Throttle

MINUTES_FROM = 120
"""Seconds from which a wait is said in minutes."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many attempts are free, and how long one waits after each further one: twice as long every time.

    Attributes:
        free: attempts without any wait; the last of them starts the first wait.
        first: the first wait.
        longest: no wait is longer.
        forget: after so long without an attempt the count begins anew.
    """

    free: int
    first: dt.timedelta
    longest: dt.timedelta = dt.timedelta(hours=1)
    forget: dt.timedelta = dt.timedelta(days=1)

    def wait_after(self, count: int) -> dt.timedelta:
        """Return how long one waits after so many attempts."""
        if count < self.free:
            return dt.timedelta()
        doublings = min(count - self.free, 20)
        wait: dt.timedelta = self.first * 2**doublings
        return min(wait, self.longest)


_HALF_MINUTE, _MINUTE, _HOUR = dt.timedelta(seconds=30), dt.timedelta(minutes=1), dt.timedelta(hours=1)
RULES: dict[str, Rule] = {
    # One account: about thirty guesses a day at most. One address: a whole school may sit behind it.
    Guess.PASSWORD: Rule(free=5, first=_HALF_MINUTE),
    Guess.PASSWORD_FROM: Rule(free=60, first=_MINUTE, forget=_HOUR),
    Guess.CODE: Rule(free=5, first=_HALF_MINUTE),
    Guess.PASSKEY_FROM: Rule(free=60, first=_MINUTE, forget=_HOUR),
    Guess.RESET: Rule(free=3, first=_HOUR),
    Guess.RESET_FROM: Rule(free=30, first=_MINUTE, forget=_HOUR),
    Guess.LINK_FROM: Rule(free=60, first=_MINUTE, forget=_HOUR),
}


class TooManyAttempts(Exception):  # noqa: N818  # says what happened; the middleware answers 429
    """Somebody has to wait.

    Attributes:
        wait: how long.
    """

    def __init__(self, wait: dt.timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait

    @property
    def seconds(self) -> int:
        """The wait in whole seconds, at least one."""
        return max(math.ceil(self.wait.total_seconds()), 1)

    @property
    def words(self) -> str:
        """The wait in seconds, or in minutes from two minutes on."""
        if self.seconds < MINUTES_FROM:
            return ngettext("%(number)s second", "%(number)s seconds", self.seconds) % {
                "number": self.seconds
            }
        minutes = math.ceil(self.seconds / 60)
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}


def count_attempt(kind: str, subject: object) -> bool:
    """Count an attempt before it is judged; return whether it is the one after which a wait begins.

    Counting comes first, so that parallel attempts cannot all pass before one of them has failed.

    Args:
        kind: one of ``Guess``.
        subject: whom it concerns: an e-mail, a key of a user, a network address; kept only as a hash.

    Raises:
        TooManyAttempts: the wait is not over; this attempt is not counted.
    """
    rule, now = RULES[kind], timezone.now()
    with transaction.atomic():
        row, _created = Throttle.objects.select_for_update().get_or_create(
            kind=kind, key=throttle_key(kind, subject), defaults={"last_at": now}
        )
        if row.blocked_until is not None and now < row.blocked_until:
            raise TooManyAttempts(row.blocked_until - now)
        row.count = 1 if now - row.last_at > rule.forget else row.count + 1
        wait = rule.wait_after(row.count)
        row.last_at, row.blocked_until = now, (now + wait if wait else None)
        row.save(update_fields=["count", "last_at", "blocked_until"])
        return bool(wait)


def forgive(kind: str, subject: object) -> None:
    """Forget the attempts: the last one was right."""
    Throttle.objects.filter(kind=kind, key=throttle_key(kind, subject)).delete()


def take_back(kind: str, subject: object) -> None:
    """Uncount one attempt that was right, for an address from which others may be guessing."""
    with transaction.atomic():
        row = Throttle.objects.select_for_update().filter(kind=kind, key=throttle_key(kind, subject)).first()
        if row is None:
            return
        row.count = max(row.count - 1, 0)
        wait = RULES[kind].wait_after(row.count)
        row.blocked_until = row.last_at + wait if wait else None
        row.save(update_fields=["count", "blocked_until"])


def forget_old_attempts() -> int:
    """Delete counts that no longer count; return how many."""
    longest = max(rule.forget for rule in RULES.values())
    return Throttle.objects.filter(last_at__lt=timezone.now() - longest).delete()[0]


def throttle_key(kind: str, subject: object) -> str:
    """Return under which hash the count of a subject is kept."""
    return salted_hmac("mayak.accounts.throttling", f"{kind}:{subject}").hexdigest()
