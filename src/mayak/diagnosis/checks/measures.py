"""Automatic checks of measures (domain.md A5): CH-22, CH-23; the training of mentors."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.enums.training import TrainingState
from mayak.diagnosis.models import Recommendation
from mayak.diagnosis.selectors.dynamics import cards_without_exit
from mayak.diagnosis.selectors.training import mentors, training_state, warn_days
from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.registry.models import Employment


@register(
    "CH-22",
    title=gettext_lazy("No second measurement after measures"),
    source=gettext_lazy("Kirovsk district, order № 283 of 30.08.2022; project of Vysokogorskaya school № 7"),
)
def no_second_measurement(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the cards whose exit year is over and that have an entry and no exit."""
    today = timezone.localdate()
    for card in cards_without_exit(scope).order_by("pk"):
        if card.exit_year.ends_on >= today:
            continue
        school = card.organisation
        yield FindingDraft(
            object_key=f"dynamics:{card.pk}",
            place=str(card),
            reason=_(
                "There are values at the entry and none at the exit, and the school year %(year)s is over."
            )
            % {"year": card.exit_year},
            way_out=_(
                "Load the results of the exit year and fill the card, or let the school state the values."
            ),
            link=reverse("diagnosis:dynamics-card", args=[card.pk]),
            territory_path=school.territory.path or "",
            organisation_id=school.pk,
            group_key="CH-22",
        )


@register(
    "CH-23",
    title=gettext_lazy("A recommendation lacks an addressee, a deadline, a control date or a controller"),
    source=gettext_lazy("Kirovsk district, order № 237 of 08.06.2023"),
)
def incomplete_recommendation(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the recommendations that nobody could control."""
    rows = Recommendation.objects.within(scope).incomplete().select_related("organisation__territory")
    for row in rows.order_by("pk"):
        missing = ", ".join(str(word) for word in row.missing)
        yield FindingDraft(
            object_key=f"recommendation:{row.pk}",
            place=_("%(school)s: recommendation %(number)s") % {"school": row.organisation, "number": row.pk},
            reason=_("Missing: %(words)s.") % {"words": missing},
            way_out=_("Complete the recommendation; only a whole one can be issued and controlled."),
            link=reverse("diagnosis:recommendation", args=[row.pk]),
            territory_path=row.organisation.territory.path or "",
            organisation_id=row.organisation_id,
            group_key="CH-23",
        )


@register(
    "diagnosis.training",
    title=gettext_lazy("A mentor without valid training"),
    source=gettext_lazy("Order Р-145, stage 4: selection and training of mentors"),
)
def mentor_without_training(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the mentors whose training has expired or was never registered, by their school."""
    warn = warn_days()
    found = [
        person
        for person in mentors(scope).order_by("sort_key", "pk")
        if training_state(person.trained_until, warn_days=warn)  # type: ignore[attr-defined]  # annotated
        in {TrainingState.NONE, TrainingState.EXPIRED}
    ]
    schools = dict(
        Employment.objects.filter(person__in=found, valid_to__isnull=True)
        .order_by("-pk")
        .values_list("person_id", "organisation_id")
    )
    for person in found:
        until: dt.date | None = person.trained_until  # type: ignore[attr-defined]  # annotated
        yield FindingDraft(
            object_key=f"training:{person.pk}",
            place=_("Mentor %(number)s") % {"number": person.pk},
            reason=_("The training expired on %(day)s.") % {"day": f"{until:%d.%m.%Y}"}
            if until
            else _("No certificate of training is registered."),
            way_out=_("Enrol the mentor in a course, or register the certificate."),
            link=reverse("diagnosis:training-person", args=[person.pk]),
            territory_path=person.territory.path or "",
            organisation_id=schools.get(person.pk),
            group_key="diagnosis.training",
        )
