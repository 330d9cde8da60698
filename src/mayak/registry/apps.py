"""The registry app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Territories, organisations, people and the dictionaries of the field."""

    name = "mayak.registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        """Register the checks, the jobs, the step of the navigation, the tasks, and what names a person."""
        for module in ("checks", "jobs", "receivers"):
            import_module(f"{self.name}.{module}")
        _register_personal()


def _register_personal() -> None:
    from mayak.kernel.personal.registry import register_person_kind, register_personal, subject_of
    from mayak.registry.selectors.finding import person_keys_with

    kind = "registry.person"
    register_person_kind(kind, find=person_keys_with)
    names = ["family_name", "given_name", "patronymic", "email", "sort_key"]
    register_personal(kind, names, subject=lambda row: subject_of(kind, row.pk))
    for model in ("employment", "associationmembership", "groupmembership"):
        register_personal(f"registry.{model}", [], subject=lambda row: subject_of(kind, row.person_id))
