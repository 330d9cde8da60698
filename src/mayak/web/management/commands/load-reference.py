"""``mayak load-reference``: dictionaries, scales and rules that come with the product."""  # noqa: N999  # the command's name

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mayak.accounts.services.personal_reference import load_personal_reference
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.kernel.access import Actor
from mayak.networks.services.agreement_reference import load_agreement_reference
from mayak.networks.services.network_reference import load_networks_reference
from mayak.networks.services.pair_reference import load_pair_reference
from mayak.registry.services.reference import load_registry_reference
from mayak.results.services.reference import load_results_reference
from mayak.surveys.services.reference import load_surveys_reference


class Command(BaseCommand):
    """Loads the dictionaries; safe to run at every start."""

    help = "Load subjects, school years, legal acts, scales and rules; what people edited stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything and print one line for each dictionary."""
        actor = Actor(user_id=None, label="load-reference")
        loaders = (
            load_registry_reference,
            load_personal_reference,
            load_surveys_reference,
            load_results_reference,
            load_diagnosis_reference,
            load_networks_reference,
            load_agreement_reference,
            load_pair_reference,
        )
        for count in [one for load in loaders for one in load(actor=actor)]:
            line = _(
                "%(name)s: %(created)d new, %(updated)d updated, %(unchanged)d unchanged, "
                "%(kept)d edited by people, %(left_out)d deleted by people"
            )
            self.stdout.write(
                line
                % {
                    "name": count.model._meta.verbose_name_plural,
                    "created": count.created,
                    "updated": count.updated,
                    "unchanged": count.unchanged,
                    "kept": count.kept,
                    "left_out": count.left_out,
                }
            )
