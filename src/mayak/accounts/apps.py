"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, sign-in, roles."""

    name = "mayak.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Tell the kernel how to find what a user may see outside a request, and what names a user."""
        for module in ("jobs", "receivers"):
            import_module(f"{self.name}.{module}")
        from mayak.accounts.enums import MANAGE, Role
        from mayak.accounts.selectors import scope_of_user_id
        from mayak.kernel.access.sources import register_scope_source
        from mayak.kernel.audit.words import ROLES
        from mayak.kernel.personal.registry import register_person_kind, register_personal, subject_of
        from mayak.kernel.ui.navigation import Step, register_step

        register_scope_source(scope_of_user_id)
        register_step(
            Step(
                key="accounts",
                order=85,
                label=_("People and roles"),
                url_name="accounts:users",
                right=MANAGE,
                icon="person-circle",
            )
        )
        register_person_kind("accounts.user", find=_user_keys_with, acts=True)
        register_personal(
            "accounts.user", ["email", "full_name"], subject=lambda row: subject_of("accounts.user", row.pk)
        )
        register_personal(
            "accounts.invitation",
            ["email", "full_name"],
            subject=lambda row: subject_of("accounts.user", row.user_id),
        )
        register_personal(
            "accounts.roleassignment", [], subject=lambda row: subject_of("accounts.user", row.user_id)
        )
        register_personal(
            "accounts.invitation",
            ["email", "full_name", "token_hash"],
            subject=lambda row: (
                subject_of("registry.person", row.person_id) or subject_of("accounts.invitation", row.pk)
            ),
        )
        ROLES.update(dict(Role.choices))
        _register_own_data()


def _register_own_data() -> None:
    """Tell the kernel what is held on a human being, how it is erased, and for how long it is kept."""
    from mayak.accounts.enums import CONSENTS
    from mayak.accounts.selectors import own_data
    from mayak.accounts.services import erasers, retention
    from mayak.kernel.personal.registry import register_personal, subject_of
    from mayak.kernel.ui.navigation import Step, register_step

    for module in (own_data, erasers, retention):
        module.register()
    register_step(
        Step(
            key="consents",
            order=86,
            label=_("Consents and requests"),
            url_name="accounts:consents",
            right=CONSENTS,
            icon="shield-check",
        )
    )
    for model in ("consent", "personrequest", "mentoringterms"):
        register_personal(
            f"accounts.{model}",
            ["text", "answer"] if model == "personrequest" else [],
            subject=lambda row: (
                subject_of("registry.person", row.person_id)
                or subject_of("accounts.user", getattr(row, "user_id", None))
            ),
        )


def _user_keys_with(word: str) -> list[int]:
    """Return the keys of the users in whose name or e-mail the word occurs, at most a thousand."""
    from django.db.models import Q

    from mayak.accounts.models import User

    found = User.objects.filter(Q(email__icontains=word) | Q(full_name__icontains=word))
    return list(found.order_by("pk").values_list("pk", flat=True)[:1000])
