"""A start in earnest says what is missing; the example file knows every variable."""

import ast
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

from watch.checks import demo_stays_local, secret_key_is_long, sms_sender_is_one

ROOT = Path(__file__).resolve().parents[1]
EARNEST = {
    "ENV_FILE": "/dev/null",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "trappan.example.org, www.trappan.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "SMTP_URL": "smtp://127.0.0.1:1",
}


def python(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "watch.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "SMTP_URL"])
def test_what_is_missing_stops_the_start_with_one_sentence_that_says_what_to_set(name, tmp_path):
    environment = {key: value for key, value in EARNEST.items() if key != name}
    answer = python("manage.py", "serve", RUN_DIR=str(tmp_path), **environment)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"{name} is not set. Set it to ")
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["abc", "99999", "-1", "80.5"])
def test_a_port_that_is_none_is_one_sentence(port, tmp_path):
    answer = python("manage.py", "serve", RUN_DIR=str(tmp_path), ENV_FILE="/dev/null", DEBUG="1", PORT=port)
    assert answer.returncode == 1
    assert answer.stderr == f"PORT is {port!r}. Set it to a whole number from 0 to 65535.\n"


@pytest.mark.parametrize("hours", ["21-08", "21:00", "nights"])
def test_quiet_hours_that_are_none_are_one_sentence(hours, tmp_path):
    local = {"RUN_DIR": str(tmp_path), "ENV_FILE": "/dev/null", "DEBUG": "1"}
    answer = python("manage.py", "serve", QUIET_HOURS_DEFAULT=hours, **local)
    assert answer.returncode == 1
    assert answer.stderr == f"QUIET_HOURS_DEFAULT is {hours!r}. Set it to two times such as 21:00-08:00, or empty.\n"


@pytest.mark.parametrize(
    ("environment", "hours"),
    [({}, "21:00-08:00"), ({"DEMO": "1"}, "00:00-00:00"), ({"QUIET_HOURS_DEFAULT": "22:30-06:00"}, "22:30-06:00")],
)
def test_nights_are_quiet_except_in_the_demo(environment, hours, tmp_path):
    show = "from watch import settings as s; print('-'.join(f'{t:%H:%M}' for t in s.QUIET_HOURS))"
    local = {"RUN_DIR": str(tmp_path), "ENV_FILE": "/dev/null", "DEBUG": "1"}
    assert python("-c", show, **local, **environment).stdout.strip() == hours


def test_settings_in_earnest_are_strict(tmp_path):
    answer = python(
        "-c",
        "from watch import settings as s; print(s.ALLOWED_HOSTS, s.SITE_URL, s.SESSION_COOKIE_SECURE, "
        "s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT, s.DEMO, s.OWN_POSTBOX, s.STAFF_SECOND_FACTOR)",
        RUN_DIR=str(tmp_path),
        **EARNEST,
    )
    assert answer.stdout.strip() == (
        "['trappan.example.org', 'www.trappan.example.org'] https://trappan.example.org True True True False False True"
    ), answer.stderr


def test_the_demo_is_fine_on_this_machine(settings):
    settings.DEMO = settings.DEBUG = True
    assert run_checks() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", "0.0.0.0"),
        ("ALLOWED_HOSTS", ["trappan.example.org"]),
        ("SITE_URL", "https://trappan.example.org"),
        ("DEBUG", False),
    ],
)
def test_the_demo_is_refused_where_others_could_reach_it(settings, name, value):
    settings.DEMO = settings.DEBUG = True
    setattr(settings, name, value)
    assert len(demo_stays_local(None)) == 1


def test_a_short_secret_key_is_refused_in_earnest(settings):
    settings.DEBUG, settings.SECRET_KEY = False, "too-short"
    assert [problem.id for problem in secret_key_is_long(None)] == ["watch.E003"]
    settings.SECRET_KEY = secrets.token_urlsafe(60)
    assert secret_key_is_long(None) == []


def variables_read():
    """Names in calls of env, `required`, `number` and `hours`, read from the source so that none can hide."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "watch/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        function = node.func
        plain = isinstance(function, ast.Name) and function.id in {"required", "number", "hours"}
        of_env = (
            isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "env"
        )
        if plain or of_env:
            found.add(node.args[0].value)
    return found


def test_the_example_file_lists_exactly_the_variables_the_settings_read():
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert listed == variables_read()


def test_no_other_file_reads_variables_behind_the_settings_back():
    own = {"watch/settings.py", "watch/logs.py", "watch/wsgi.py", "watch/celery.py"}
    for package in ("watch", "buildings", "notifications"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name not in own and not name.startswith("watch/serving/"):
                assert not re.search(r"os\.environ|getenv", path.read_text()), name


@pytest.mark.parametrize(
    ("unsafe", "sentence"),
    [({"DEMO": "1"}, "DEMO is on"), ({"SECRET_KEY": "short"}, "SECRET_KEY is too short")],
)
def test_gunicorn_alone_refuses_an_unsafe_start_too(unsafe, sentence, tmp_path):
    answer = python("-c", "import watch.wsgi", RUN_DIR=str(tmp_path), **{**EARNEST, **unsafe})
    assert answer.returncode == 1
    assert sentence in answer.stderr


def test_gunicorn_alone_starts_in_earnest(tmp_path):
    assert python("-c", "import watch.wsgi", RUN_DIR=str(tmp_path), **EARNEST).returncode == 0


def test_sms_leave_only_with_an_account_and_never_from_the_demo(tmp_path):
    account = {"ELKS_USERNAME": "elk", "ELKS_PASSWORD": "moose"}
    local = {"ENV_FILE": "/dev/null", "DEBUG": "1", "RUN_DIR": str(tmp_path)}
    show = "from watch import settings as s; print(s.TRANSPORTS['sms'].rpartition('.')[2])"
    for environment, expected in (
        (local, "ConsoleTransport"),
        (local | account, "SmsTransport"),
        (local | account | {"DEMO": "1"}, "ConsoleTransport"),
    ):
        assert python("-c", show, **environment).stdout.strip() == expected


@pytest.mark.parametrize(
    ("name", "value", "problems"),
    [
        ("SMS_SENDER", "Trappan", []),
        ("SMS_SENDER", "+46701740605", []),
        ("SMS_SENDER", "Grannsamverkan", ["watch.E004"]),
        ("SMS_SENDER", "4Trappan", ["watch.E004"]),
        ("ELKS_SECRET", "", []),
        ("ELKS_SECRET", "a" * 20, []),
        ("ELKS_SECRET", "short", ["watch.E005"]),
        ("ELKS_SECRET", "not/fit/for/an/address", ["watch.E005"]),
    ],
)
def test_an_sms_sender_no_network_takes_and_a_guessable_secret_stop_the_start(settings, name, value, problems):
    setattr(settings, name, value)
    assert [problem.id for problem in sms_sender_is_one(None)] == problems
