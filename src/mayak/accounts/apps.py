"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, sign-in, roles."""

    name = "mayak.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Tell the kernel how to find what a user may see outside a request."""
        from mayak.accounts.selectors import scope_of_user_id
        from mayak.kernel.access.sources import register_scope_source

        register_scope_source(scope_of_user_id)
