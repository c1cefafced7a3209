"""Mails over one line: each recipient's row gets the server's word on that mail and no other."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.transports.email import EmailTransport
from notifications.transports.mime import MESSAGE_ID, TO, TOKEN, Sheet
from notifications.transports.pipeline import dotted
from tests.notifications.mail.conftest import deliver, letter, parcels
from tests.notifications.mail.postman import DROP, DROP_AFTER, HANG

SENT = ("SENT", "")
LOST = ("LATER", "connection-lost")
both = pytest.mark.parametrize("pipelining", [True, False], ids=["grouped", "one by one"])


def test_a_grouping_server_gets_a_mail_a_round_trip_and_never_a_word_too_early(open_post):
    post = open_post()
    assert set(deliver("abcdefghij").values()) == {SENT}
    assert post.names() == list("abcdefghij")
    assert post.too_early == 0
    # EHLO, the first mail's commands, then a text with the next mail's commands each, and QUIT.
    assert post.waits <= 2 + 10 + 1 + 2
    assert post.verbs == {"EHLO": 1, "MAIL": 10, "RCPT": 10, "DATA": 10, "QUIT": 1}


def test_a_server_that_offers_no_groups_gets_one_command_at_a_time(open_post):
    post = open_post(pipelining=False)
    assert set(deliver("abc").values()) == {SENT}
    assert post.waits == 1 + 3 * 4 + 1


@both
@pytest.mark.parametrize(
    ("verb", "answer", "expected"),
    [
        ("MAIL", "451 later", ("LATER", "smtp-451")),
        ("MAIL", "550 not from you", ("LATER", "smtp-550")),
        ("RCPT", "450 later", ("LATER", "smtp-450")),
        ("RCPT", "550 no such user", ("REFUSED", "smtp-550")),
        ("DATA", "451 later", ("LATER", "smtp-451")),
        ("DATA", "554 no", ("REFUSED", "smtp-554")),
        ("TEXT", "451 busy", ("LATER", "smtp-451")),
        ("TEXT", "552 full", ("REFUSED", "smtp-552")),
    ],
)
def test_a_no_at_any_stage_is_about_that_mail_only(open_post, pipelining, verb, answer, expected):
    name = "a" if verb == "MAIL" else "b"
    post = open_post(pipelining=pipelining, script={(verb, name): [answer, ""]})
    found = deliver("abcd")
    assert found.pop("b") == expected
    assert set(found.values()) == {SENT}
    assert post.names() == ["a", "c", "d"]
    assert post.connections == 1
    assert post.too_early == 0


@both
def test_only_what_is_about_the_mailbox_is_held_against_the_address(open_post, pipelining):
    script = {
        ("RCPT", "a"): ["552 no"],
        ("TEXT", "b"): ["550 no"],
        ("TEXT", "c"): ["554 no"],
        ("DATA", "d"): ["554 no"],
    }
    open_post(pipelining=pipelining, script=script)
    transport = EmailTransport("email")
    outcomes = {outcome.row: outcome.blames_address for outcome in transport.deliver(parcels("abcd"))}
    transport.close()
    assert outcomes == {0: True, 1: True, 2: False, 3: False}


def test_a_server_that_wants_a_text_for_nobody_gets_an_empty_one(open_post):
    post = open_post(script={("RCPT", "b"): ["550 no"], ("DATA", "b"): ["354 go on"]})
    assert deliver("abc") == {"a": SENT, "b": ("REFUSED", "smtp-550"), "c": SENT}
    assert post.names() == ["a", "c"]
    assert post.empty == 1
    assert post.connections == 1


@both
@pytest.mark.parametrize("answer", [DROP, DROP_AFTER, HANG, "421 bye"])
def test_what_hangs_on_an_unheard_answer_is_tried_later_and_the_rest_goes_on(open_post, pipelining, answer):
    post = open_post(pipelining=pipelining, script={("TEXT", "b"): [answer]})
    found = deliver("abcd")
    assert found.pop("b") == (("LATER", "smtp-421") if answer == "421 bye" else LOST)
    assert set(found.values()) == {SENT}
    assert post.connections == 2
    assert [name for name in post.names() if name != "b"] == ["a", "c", "d"], "nobody gets it twice"


@both
@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", [DROP, HANG, "421 bye", "nonsense", "999"])
def test_a_server_that_breaks_off_early_costs_one_mail(open_post, pipelining, verb, answer):
    post = open_post(pipelining=pipelining, script={(verb, "b"): [answer]})
    found = deliver("abcd")
    assert found["b"][0] == "LATER"
    assert {found[name] for name in "acd"} == {SENT}
    assert post.names() == ["a", "c", "d"]


@both
@pytest.mark.parametrize("is_rude", [True, False])
def test_a_server_that_takes_so_many_mails_a_connection_gets_them_all(open_post, pipelining, is_rude):
    post = open_post(pipelining=pipelining, closes_after=3, is_rude=is_rude)
    names = [f"n{number}" for number in range(20)]
    assert set(deliver(names).values()) == {SENT}
    assert post.names() == names
    assert post.connections == 7


@both
def test_a_server_that_takes_none_is_left_alone(open_post, pipelining):
    post = open_post(pipelining=pipelining, closes_after=0)
    found = deliver("abcdef")
    assert found == {"a": ("LATER", "smtp-421"), "b": ("LATER", "smtp-421")} | dict.fromkeys(
        "cdef", ("AWAY", "connection-lost")
    )
    assert post.connections == 2


def test_a_server_that_never_answers_is_left_alone(open_post):
    post = open_post(script={("MAIL", ""): [HANG]})
    assert deliver("abcd") == {"a": LOST, "b": LOST} | dict.fromkeys("cd", ("AWAY", "connection-lost"))
    assert post.connections == 2


@both
def test_the_connection_is_kept_between_batches_and_met_again_when_it_went_to_sleep(open_post, pipelining):
    post = open_post(pipelining=pipelining)
    transport = EmailTransport("email")
    assert set(deliver("abc", transport).values()) == {SENT}
    assert set(deliver("def", transport).values()) == {SENT}
    assert (post.connections, post.verbs["RSET"]) == (1, 1)
    post.hang_up()
    assert set(deliver("ghi", transport).values()) == {SENT}
    assert post.connections == 2
    transport.close()
    transport.close()
    assert post.names() == list("abcdefghi")


@both
def test_a_batch_left_in_the_middle_leaves_no_answer_behind(open_post, pipelining):
    post = open_post(pipelining=pipelining, script={("TEXT", "a"): ["250 taken"], ("RCPT", "b"): ["550 no"]})
    transport = EmailTransport("email")
    answers = transport.deliver(iter(parcels("abc")))
    next(answers)
    answers.close()
    assert deliver("xyz", transport) == dict.fromkeys("xyz", SENT)
    transport.close()
    assert post.names() == list("axyz")


def test_nobody_is_called_when_there_is_nothing_to_send(open_post):
    post = open_post()
    transport = EmailTransport("email")
    assert list(transport.deliver([])) == []
    bad = parcels(["a b"])
    assert [outcome.reason for outcome in transport.deliver(bad)] == ["bad-address"]
    assert post.connections == 0


NASTY = ".\n..\n.one dot\nend.\n\n.\n" + "å" * 200 + "\n" + "." * 200 + "\n."


@both
def test_dots_and_line_ends_arrive_as_they_were_written(open_post, pipelining):
    post = open_post(pipelining=pipelining)
    words = letter(text=NASTY)
    assert set(deliver("ab", words=words).values()) == {SENT}
    sheet = Sheet(words, "anslag@trappan.test")
    for row, (to, raw) in enumerate(post.taken):
        sent = sheet.filled({TO: to.encode(), MESSAGE_ID: f"<d{row}@trappan.test>".encode(), TOKEN: b"token"})
        headers, _, body = raw.partition(b"\r\n\r\n")
        ours, _, ours_body = sent.partition(b"\r\n\r\n")
        without_moment = [
            [line for line in part.split(b"\r\n") if b"Date:" not in line and b"oundary" not in line]
            for part in (headers, ours)
        ]
        assert without_moment[0] == without_moment[1]
        assert body.count(b"\r\n") == ours_body.count(b"\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")


lines = st.lists(st.sampled_from([b"", b".", b"..", b". ", b"x", b".x", b"x."]), max_size=8)


@given(lines=lines, ends=st.booleans())
def test_the_text_on_the_line_reads_back_as_the_text(lines, ends):
    content = b"\r\n".join(lines) + (b"\r\n" if ends else b"")
    sent = dotted(content)
    assert sent.endswith(b"\r\n.\r\n") or sent == b".\r\n"
    read = []
    for line in sent.split(b"\r\n"):
        if line == b".":
            break
        read.append(line.removeprefix(b"."))
    assert sent.count(b"\r\n") == len(read) + 1, "the text ended before its end"
    whole = b"\r\n".join(read) + b"\r\n" if read else b""
    assert whole == (content if content.endswith(b"\r\n") or not content else content + b"\r\n") or content in (
        b"",
        b"\r\n",
    )


@given(text=st.text(max_size=200), subject=st.text(max_size=60), sender=st.text(max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_words_smuggle_a_bare_line_end_into_a_mail(text, subject, sender):
    words = letter(text=text, subject=" ".join(subject.split()), sender=" ".join(sender.split()))
    try:
        sheet = Sheet(words, "anslag@trappan.test")
    except ValueError:
        return
    raw = sheet.filled({TO: b"a@example.org", MESSAGE_ID: b"<d1@trappan.test>", TOKEN: b"token"})
    rest = raw.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    assert b"\r\n.\r\n" not in dotted(raw)[:-5]


said = st.sampled_from(["", "", "", "451 later", "550 no", "421 bye", DROP])
scripts = st.dictionaries(
    st.tuples(st.sampled_from(["MAIL", "RCPT", "DATA", "TEXT"]), st.sampled_from("abcdefgh")),
    st.lists(said, min_size=1, max_size=3),
    max_size=6,
)


@given(script=scripts, pipelining=st.booleans(), closes_after=st.sampled_from([None, 1, 2, 3]), is_rude=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_server_does_each_mail_has_one_true_outcome(open_post, script, pipelining, closes_after, is_rude):
    wild = {key: list(answers) for key, answers in script.items()}
    post = open_post(script=wild, pipelining=pipelining, closes_after=closes_after, is_rude=is_rude)
    found = deliver("abcdefgh")
    taken = post.names()
    assert post.too_early == 0
    assert None not in found.values(), "a mail without an outcome"
    for name, (verdict, reason) in found.items():
        assert taken.count(name) <= 1, "sent twice within one batch"
        assert (name in taken) == (verdict == "SENT"), (name, verdict, reason)
    post.close()
