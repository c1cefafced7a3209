"""What a supervisor or load balancer is told."""

from threading import Event

import pytest

from watch.present import health


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(health, "readiness", health.Readiness())


def parts(**answers):
    return {name: lambda answer=answer: answer for name, answer in answers.items()}


def broken():
    raise OSError("connection refused to secret-host with password hunter2")


def test_the_web_is_up_without_asking_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert not answer.cookies


def test_a_strange_host_name_gets_no_answer(client):
    assert client.get("/healthz", headers={"host": "elsewhere.test"}).status_code == 400


def test_ready_when_database_broker_and_a_worker_answer(client, monkeypatch):
    monkeypatch.setattr(health, "PARTS", parts(database=True, broker=True, worker=True))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True, "worker": True}


@pytest.mark.parametrize("away", ["database", "broker", "worker"])
def test_not_ready_while_one_part_is_away(client, monkeypatch, away):
    monkeypatch.setattr(health, "PARTS", {**parts(database=True, broker=True, worker=True), away: broken})
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "broker": True, "worker": True, away: False}
    assert b"hunter2" not in answer.content


def test_a_silent_part_counts_as_away(client, monkeypatch):
    spoken = Event()
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(health, "PARTS", {**parts(database=True), "broker": spoken.wait})
    try:
        assert client.get("/readyz").json() == {"database": True, "broker": False}
    finally:
        spoken.set()


def test_asking_often_asks_the_parts_once_a_second(client, monkeypatch):
    asked = []
    monkeypatch.setattr(health, "PARTS", {"database": lambda: asked.append(1) or True})
    for _ in range(5):
        client.get("/readyz")
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_without_workers_the_machine_says_which_part_is_missing(client):
    assert client.get("/readyz").json() == {"database": True, "broker": True, "worker": False}
