"""Who presses for a print, and what everyone's prints are asked in."""

import pytest
from django.test import Client


@pytest.fixture
def signed_in():
    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser
