"""What stands against the approval of pairs of teachers, looked at with the people as they are now."""

from collections import Counter

from django.utils.translation import gettext as _

from mayak.matching.models import MatchingRun
from mayak.matching.selectors.scenarios import ChangeKind
from mayak.matching.selectors.teacher_problems import teacher_input_of

NAMED = 10
"""So many people are named for one reason; the rest is counted."""


def problems_of_teacher_approval(run: MatchingRun) -> list[str]:
    """Return what stands against it, in words: who left, passports, consents to mentoring, places."""
    pairs = list(
        run.teacher_pairs.select_related("mentee", "mentor").order_by(
            "mentor__sort_key", "mentee__sort_key", "pk"
        )
    )
    if not pairs:
        return [_("There is no pair to approve.")]
    now = teacher_input_of(run)
    rows = now.rows
    schools = {one.person: one.school for one in rows.mentors}
    places = Counter({one.person: one.places for one in rows.mentors})
    for change in run.scenario:  # places that the reason of an imported pair gave
        if change["kind"] == ChangeKind.PLACES and int(change["key"]) in places:
            places[int(change["key"])] += int(change["amount"])
    people = {pair.mentee_id: pair.mentee for pair in pairs} | {pair.mentor_id: pair.mentor for pair in pairs}
    loads = Counter(pair.mentor_id for pair in pairs)
    gone = [one for one in {pair.mentee_id: 0 for pair in pairs} if one not in rows.people]
    left = [one for one in loads if one not in schools]
    unsigned = [one for one in loads if one in schools and one not in rows.consented]
    full = [one for one, load in loads.items() if one in schools and load > places[one]]

    def named(keys: list[int]) -> str:
        shown = ", ".join(str(people[key]) for key in keys[:NAMED])
        return shown if len(keys) <= NAMED else f"{shown} (+{len(keys) - NAMED})"

    found = []
    if gone:
        found.append(
            _("These teachers do not work in the territory any more: %(people)s.") % {"people": named(gone)}
        )
    if left:
        found.append(
            _("These mentors have no accepted passport, left their school or have no time: %(people)s.")
            % {"people": named(left)}
        )
    if unsigned:
        found.append(
            _("The consent to mentoring of these people is not in the register: %(people)s.")
            % {"people": named(unsigned)}
        )
    helped = {
        key: list(dict.fromkeys(one.mentee_id for one in pairs if one.mentor_id == key)) for key in full
    }
    found += [
        _(
            "%(mentor)s has %(load)s needs, but places for %(places)s: raise the places in the passport, or move or "
            "forbid one of these pairs: %(mentees)s."
        )
        % {
            "mentor": people[key],
            "load": loads[key],
            "places": places[key],
            "mentees": named(helped[key]),
        }
        for key in full
    ]
    return found
