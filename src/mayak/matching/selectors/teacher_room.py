"""What room mentors have for one more need: places, hours, groups; by the pairs as they are now."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mayak.matching.algorithms.teachers.problem import TeacherProblem
from mayak.matching.models import TeacherPair


@dataclass
class MentorRoom:
    """Loads of the mentors and what they have left for one need; ``old`` is the pair that the need would leave."""

    problem: TeacherProblem
    need: str
    hours: float
    old: TeacherPair | None = None
    loads: Counter[int] = field(default_factory=Counter)
    spent: dict[int, float] = field(default_factory=dict)
    in_group: Counter[int] = field(default_factory=Counter)
    groups: dict[int, int] = field(default_factory=dict)

    def add(self, pairs: Iterable[TeacherPair]) -> None:
        """Count the pairs of the pairing."""
        for pair in pairs:
            self.loads[pair.mentor_id] += 1
            self.spent[pair.mentor_id] = self.spent.get(pair.mentor_id, 0.0) + (pair.hours or 0.0)
            if pair.need_key == self.need:
                self.in_group[pair.mentor_id] += 1
                if pair.group is not None:
                    self.groups[pair.mentor_id] = pair.group

    def why_not(self, mentor: int, row: int) -> list[str]:
        """Return what keeps a mentor (key, row of the problem) from taking the need, in words."""
        mentors, settings = self.problem.mentors, self.problem.settings
        found = []
        load, places = self.loads[mentor], int(mentors.places[row])
        if load >= places:
            found.append(_("no free place: %(load)s of %(places)s") % {"load": load, "places": places})
        most, wanted = float(mentors.hours[row]), self.spent.get(mentor, 0.0) + self.hours
        if settings.count_hours and not math.isnan(most) and wanted > most:
            words = {"hours": _number(wanted), "most": _number(most)}
            found.append(_("no free hours: %(hours)s of %(most)s a month") % words)
        if settings.groups:
            found += self._group_limits(mentor, row)
        return found

    def _group_limits(self, mentor: int, row: int) -> list[str]:
        """A group is three or more with one need, or nobody; the one that the need leaves too."""
        mentors, found = self.problem.mentors, []
        size, most = self.in_group[mentor] + 1, int(mentors.group_max[row])
        if most > 0 and not int(mentors.group_min[row]) <= size <= most:
            words = {"size": size, "least": int(mentors.group_min[row]), "most": most}
            found.append(_("the group would have %(size)s, it takes %(least)s to %(most)s") % words)
        if self.old is not None and (left := self._left_behind(self.old)):
            found.append(left)
        return found

    def _left_behind(self, old: TeacherPair) -> str:
        rows = {int(key): at for at, key in enumerate(self.problem.mentors.key.tolist())}
        at = rows.get(old.mentor_id)
        size = self.in_group[old.mentor_id] - 1
        if at is None or int(self.problem.mentors.group_max[at]) <= 0 or size == 0:
            return ""
        least = int(self.problem.mentors.group_min[at])
        if size >= least:
            return ""
        return _("the present group would shrink to %(size)s, it needs %(least)s") % {
            "size": size,
            "least": least,
        }


def _number(value: float) -> str:
    return str(number_format(int(value) if float(value).is_integer() else round(value, 1)))
