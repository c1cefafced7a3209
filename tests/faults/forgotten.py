"""A person lives and asks to be forgotten, as processes of their own: `python -m tests.faults.forgotten DEED`."""

import sys

import django

django.setup()

from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from buildings.models import User  # noqa: E402
from tests.join.mydata import journey, person  # noqa: E402


def live() -> None:
    """Everything a person can do here, before a worker has sent any of it."""
    journey.live(Client())


def forget() -> None:
    """Press twice."""
    browser = Client()
    browser.force_login(User.objects.get(email=person.EMAIL))
    answer = journey.forget(browser)
    assert answer.status_code == 200, answer.status_code


if __name__ == "__main__":
    setup_test_environment()
    {deed.__name__: deed for deed in (live, forget)}[sys.argv[1]]()
