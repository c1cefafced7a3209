"""A database that is away for a moment costs no entry in the books."""

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from notifications.models import Delivery
from notifications.outbox import books, claim, expand, patience, run
from notifications.outbox.run import Run, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(patience, "PAUSE", 0)


def fails(*errors):
    """A write that fails so often, and the tries it was given."""
    left, tries = list(errors), []

    def write():
        tries.append(1)
        if left:
            raise left.pop(0)
        return "written"

    return write, tries


def test_a_write_is_tried_until_it_goes_through():
    write, tries = fails(OperationalError("terminating connection"), InterfaceError("connection already closed"))
    assert patience.outlast(write) == "written"
    assert len(tries) == 3


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE", 0)
    write, tries = fails(OperationalError("gone"))
    with pytest.raises(OperationalError):
        patience.outlast(write)
    assert len(tries) == 1


def test_a_write_inside_a_transaction_is_not_repeated():
    write, tries = fails(OperationalError("gone"))
    with pytest.raises(OperationalError), transaction.atomic():
        patience.outlast(write)
    assert len(tries) == 1


def test_an_sms_that_was_booked_when_the_answer_got_lost_is_counted_once(elks, texted, due, monkeypatch):
    texted(2)
    notice = due()
    expand.start_due("notices")
    lost = [OperationalError("server closed the connection unexpectedly")]
    real = books.Books._write

    def writes_and_hears_nothing(*args):
        real(*args)
        if lost:
            raise lost.pop()

    monkeypatch.setattr(books.Books, "_write", writes_and_hears_nothing)
    send(claim.deliveries("notices", claim.Letters()), Run())
    assert set(Delivery.objects.values_list("state", "attempts", "parts")) == {("sent", 1, 1)}
    assert all(Delivery.objects.values_list("provider_id", flat=True))
    assert notice.organisation.sms_months.get().parts == 2


def test_a_batch_that_cannot_be_read_rests_a_little_and_untried(post, neighbours, due, monkeypatch):
    neighbours("anna", "bertil")
    due()
    expand.start_due("notices")

    def lost(*args):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(claim, "_sort", lost)
        with pytest.raises(OperationalError):
            claim.deliveries("notices", claim.Letters())
    assert set(Delivery.objects.values_list("state", "attempts", "claim")) == {("retry", 0, None)}
    assert claim.deliveries("notices", claim.Letters()) is None, "not at once"
    Delivery.objects.update(due_at=timezone.now())
    run.deliver("notices")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_transport_that_fails_before_it_begins_is_not_asked_again_at_once(neighbours, due, settings):
    neighbours("anna")
    due()
    expand.start_due("notices")
    settings.TRANSPORTS = settings.TRANSPORTS | {"email": f"{__name__}.Broken"}
    run.deliver("notices")
    assert Broken.asked == 1
    row = Delivery.objects.get()
    assert (row.state, row.reason, row.attempts) == ("retry", "error", 0)
    assert row.due_at > timezone.now()


class Broken:
    """Fails whenever it is made."""

    asked = 0

    def __init__(self, channel):
        Broken.asked += 1
        raise RuntimeError
