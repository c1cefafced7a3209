"""Make someone an operator: `manage.py create_operator name@example.org`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from watch.join.addresses import read_email
from watch.join.people import make_operator


class Command(BaseCommand):
    """There is no password: the operator signs in with a code by e-mail and sets up a second factor."""

    help = "Make the person with this e-mail address an operator, who sets up districts and organisations."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the operator and say where to sign in."""
        try:
            email = read_email(options["email"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        make_operator(email=email, language=settings.LANGUAGE_CODE)
        address = settings.SITE_URL + reverse("account_request_login_code")
        self.stdout.write(f"{email} is an operator. Sign in at {address} and then open /operator/.")
