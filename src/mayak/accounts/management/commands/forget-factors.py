"""``mayak forget-factors``: for somebody who has lost both the telephone and the codes."""  # noqa: N999 - a command

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.accounts.services.factors import forget_factors
from mayak.kernel.access import Actor


class Command(BaseCommand):
    """Removes the second factor of one account; who it is has to be made sure of before."""

    help = "Remove the second factor of an account, end its sessions, write it down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("email", help="e-mail of the account")
        parser.add_argument("--reason", required=True, help="why; the audit log keeps it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it.

        Raises:
            CommandError: no such account, or it has no second factor.
        """
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(_("There is no such account."))
        try:
            forget_factors(user, actor=Actor(None, "command line"), reason=options["reason"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("The second factor of %(email)s is removed.") % {"email": user.email})
