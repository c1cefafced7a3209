"""A database that is away for a moment costs no entry in the books."""

import pytest
from django.db import InterfaceError, OperationalError, transaction

from notifications.models import Delivery
from notifications.outbox import books, claim, expand, patience
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
