"""A small district, in English, with a promise that is going on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.meet.held.conftest import _english, here
from watch.models import Commitment, Promise
from watch.track.promises import services

__all__ = ["_english", "here"]


@pytest.fixture
def promise(here):
    """Sixty days in, of a hundred and twenty."""
    today = timezone.localdate()
    held = Promise(slug="lofte", starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60))
    words = {"sv": {"title": "Vi lovar", "summary": "Mer trygghet.", "why": "Ni bad om det."}}
    by = [here.police.organisation, here.city.organisation]
    services.save_promise(promise=held, words=words, districts=[here.district], organisations=by)
    Promise.objects.filter(pk=held.pk).update(published_at=timezone.now() - timedelta(days=60))
    held.refresh_from_db()
    return held


@pytest.fixture
def evenings(promise, here):
    return add(promise, here, number=1, target=4)


def add(promise, here, **fields):
    commitment = Commitment(promise=promise, **fields)
    words = {"sv": {"text": f"Löfte nummer {fields['number']}."}}
    saved = services.save_commitment(
        commitment=commitment, words=words, organisations=[here.police.organisation], targets={}
    )
    # It was there when the promise was published.
    saved.added_at = None
    saved.save()
    return saved
