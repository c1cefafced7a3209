"""The supervisor's parts that need no server."""

import io
import json
import os
import stat
import tempfile

import pytest

from watch.serving import leftovers
from watch.serving.broker import LONGEST_SOCKET_PATH, socket_path
from watch.serving.lines import Lines, Stream
from watch.serving.postbox import Postbox
from watch.serving.processes import Child, Program, born


@pytest.fixture
def short_temporary(monkeypatch):
    """pytest's own folders are too long for a socket, and /tmp is not ours to litter."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setattr("tempfile.gettempdir", lambda: folder)
        yield folder


def test_the_socket_lives_in_the_run_folder_when_the_path_fits(tmp_path):
    folder = tmp_path.parent
    path = socket_path(folder)
    assert path == folder / "valkey" / "valkey.sock"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_long_path_gets_a_short_private_folder_and_always_the_same(tmp_path, short_temporary):
    folder = tmp_path / ("x" * 120)
    path = socket_path(folder)
    assert path == socket_path(folder)
    assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path != socket_path(tmp_path / ("y" * 120))


@pytest.mark.parametrize("name", ["en mapp", "åäö", "a#b", "a?b", "50%"])
def test_an_odd_folder_name_gets_a_plain_one_for_the_socket(tmp_path, short_temporary, name):
    assert name not in str(socket_path(tmp_path / name))


def test_a_short_folder_that_others_can_open_is_refused(tmp_path, short_temporary):
    folder = tmp_path / ("x" * 120)
    socket_path(folder).parent.chmod(0o755)
    with pytest.raises(PermissionError, match="REDIS_URL"):
        socket_path(folder)


def test_pauses_between_restarts_grow_and_stay_under_half_a_minute(tmp_path):
    child = Child(Program("web", ("true",), tmp_path))
    pauses = []
    for deaths in range(1, 10):
        child.early_deaths = deaths
        pauses.append(child.pause)
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == 30


def test_a_stranger_that_got_an_old_number_is_left_alone(tmp_path):
    (tmp_path / "serve.children").write_text(json.dumps({str(os.getpid()): "another time"}))
    assert leftovers.clear(tmp_path) == 0
    assert born(os.getpid())


def test_a_half_written_list_of_children_is_no_obstacle(tmp_path):
    (tmp_path / "serve.children").write_text('{"12')
    assert leftovers.clear(tmp_path) == 0


def test_every_line_names_its_process():
    out = io.StringIO()
    stream = Stream("web", Lines(readable=True, out=out))
    stream.take(b"one\ntw")
    stream.take("o å\n\nthree".encode())
    stream.finish()
    assert out.getvalue() == "web     | one\nweb     | two å\nweb     | three\n"


def test_production_lines_are_json_even_from_programs_that_write_plain_text():
    out = io.StringIO()
    lines = Lines(readable=False, out=out)
    lines.write("web", '{"event": "x", "process": "web"}')
    lines.write("valkey", "plain")
    assert [json.loads(line)["process"] for line in out.getvalue().splitlines()] == ["web", "valkey"]


def test_the_postbox_keeps_only_the_newest(tmp_path):
    box = Postbox(tmp_path, kept=3)
    kept = [box.keep(b"Subject: x\r\n\r\n", sender="a@example.org", recipients=["b@example.org"]) for _ in range(5)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in kept[-3:]]
    assert Postbox(tmp_path, kept=2).keep(b"", sender="", recipients=[]).exists()
    assert len(list(tmp_path.iterdir())) == 2
