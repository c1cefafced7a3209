import json
from email.message import EmailMessage

import pytest
from django.urls import reverse

from watch.demo import mailbox

pytestmark = pytest.mark.django_db

HTML = "<html><head><title>x</title></head><body><p>Hej <script>alert(1)</script></p></body></html>"


@pytest.fixture
def run_dir(settings, tmp_path):
    settings.RUN_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    return tmp_path


def deliver(run_dir, number=1, content=None, **headers):
    """Put a mail into the folder the way the supervisor's mail server does."""
    if content is None:
        mail = EmailMessage()
        mail["From"] = "anslag@localhost"
        mail["To"] = headers.pop("to", "lo@example.org")
        mail["Subject"] = headers.pop("subject", "Inbrott i källare på Varpgatan")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("Koden är 123456.\nSe http://localhost:8000/min-trapp/")
        mail.add_alternative(HTML, subtype="html")
        content = mail.as_bytes()
    name = f"{1_764_000_000_000 + number}-{number}"
    (run_dir / "mail" / f"{name}.eml").write_bytes(content)
    return name


def test_the_mailbox_shows_a_mail_that_was_sent_and_its_code(client, run_dir):
    deliver(run_dir)
    page = client.get(reverse("demo:mailbox")).content.decode()
    assert "lo@example.org" in page
    assert "Inbrott i källare på Varpgatan" in page
    assert "123456" in page


def test_an_empty_mailbox_says_what_will_be_here(client, run_dir):
    assert client.get(reverse("demo:mailbox")).status_code == 200
    (run_dir / "mail").rmdir()
    assert client.get(reverse("demo:mailbox")).status_code == 200


def test_the_newest_is_first_and_fifty_fill_a_page(client, run_dir):
    for number in range(1, 61):
        deliver(run_dir, number, subject=f"Nr {number}.")
    first = client.get(reverse("demo:mailbox")).content.decode()
    assert first.index("Nr 60.") < first.index("Nr 59.") < first.index("Nr 11.")
    assert "Nr 10." not in first
    assert "Nr 10." in client.get(reverse("demo:mailbox"), {"page": 2}).content.decode()


def test_searching_finds_only_what_went_to_that_address(client, run_dir):
    deliver(run_dir, 1, subject="Till Lo")
    deliver(run_dir, 2, subject="Till Noor", to="Noor <noor@example.org>")
    page = client.get(reverse("demo:mailbox"), {"to": " NOOR@ "}).content.decode()
    assert "Till Noor" in page
    assert "Till Lo" not in page


def test_the_list_refreshes_itself_with_the_same_search(client, run_dir):
    deliver(run_dir)
    page = client.get(reverse("demo:mailbox"), {"to": "lo@example.org"}).content.decode()
    assert 'hx-get="/demo/brevlada/?to=lo%40example.org"' in page
    assert '<meta http-equiv="refresh" content="5">' in page.split("<noscript>")[1].split("</noscript>")[0]
    part = client.get(reverse("demo:mailbox"), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="letters"')


def test_the_list_is_left_alone_while_nothing_is_new_so_that_focus_stays(client, run_dir):
    deliver(run_dir)
    page = client.get(reverse("demo:mailbox"))
    again = {"HX-Request": "true", "X-Newest": page.context["newest"]}
    assert client.get(reverse("demo:mailbox"), headers=again).status_code == 204
    deliver(run_dir, 2, subject="Ett brev till")
    assert "Ett brev till" in client.get(reverse("demo:mailbox"), headers=again).content.decode()


def test_a_mail_is_listed_for_the_one_the_mail_server_took_it_for(client, run_dir):
    name = deliver(run_dir, to="undisclosed@example.org")
    path = run_dir / "mail" / f"{name}.eml"
    path.write_bytes(b"Return-Path: <>\nDelivered-To: lo@example.org\n" + path.read_bytes())
    assert "lo@example.org" in client.get(reverse("demo:mailbox"), {"to": "lo@"}).content.decode()


def test_an_sms_is_shown_among_the_mails_and_found_however_its_number_is_written(client, run_dir):
    deliver(run_dir)
    line = {"at": "2026-11-23T12:00:00+00:00", "to": "+46701740612", "text": "Trappan: koden är 654321"}
    (run_dir / "sms").write_text(json.dumps(line) + '\nnot json\n{"at": 1}\n[]\n{"at":1e99,"to":1,"text":1}\n')
    for number in ("", "+46701740612", "070-174 06 12", "0612"):
        assert "654321" in client.get(reverse("demo:mailbox"), {"to": number}).content.decode()
    assert "lo@example.org" not in client.get(reverse("demo:mailbox"), {"to": "070-174 06 12"}).content.decode()


def test_one_mail_shows_the_headers_that_matter_and_links_that_work(client, run_dir):
    name = deliver(run_dir, List_Unsubscribe="<http://localhost:8000/avsluta/abc/>", Message_ID="<d1@localhost>")
    page = client.get(reverse("demo:mail", args=[name])).content.decode()
    assert "List-Unsubscribe" in page
    assert "&lt;d1@localhost&gt;" in page
    assert '<a href="http://localhost:8000/min-trapp/" rel="nofollow">' in page


def test_the_mails_html_is_locked_into_a_frame_that_can_do_nothing(client, run_dir):
    name = deliver(run_dir)
    page = client.get(reverse("demo:mail", args=[name]))
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(reverse("demo:mail_html", args=[name]))
    policy = framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert '<head><base target="_blank">' in framed.content.decode()


def test_other_pages_stay_unframed(client, run_dir):
    answer = client.get(reverse("demo:mailbox"))
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-src" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..%2f..%2fsecret", "passwd", "1764000000001-1.eml", "1764000000001-2", "1" * 40])
def test_a_name_that_is_no_mail_gets_not_found(client, run_dir, name):
    deliver(run_dir)
    (run_dir / "passwd.eml").write_text("secret")
    (run_dir / "mail" / "passwd.eml").write_text("secret")
    assert client.get(f"/demo/brevlada/{name}/").status_code == 404
    assert client.get(f"/demo/brevlada/{name}/html/").status_code == 404


def test_a_mail_dropped_by_the_mail_server_while_the_list_is_read_is_left_out(run_dir):
    deliver(run_dir, 1)
    name = deliver(run_dir, 2)
    found = mailbox.found()
    (run_dir / "mail" / f"{name}.eml").unlink()
    assert len(found) == 2
    assert len(mailbox.opened(found)) == 1
    assert mailbox.letter(name) is None


def test_a_path_out_of_the_folder_is_no_name(run_dir):
    (run_dir / "1764000000001-1.eml").write_text("Subject: secret")
    assert mailbox.letter("../1764000000001-1") is None
    assert mailbox.letter("1764000000001-1\n") is None


HOSTILE = {
    "nothing": b"",
    "no headers": b"\n\n\n",
    "only junk": bytes(range(256)) * 20,
    "no parts": b"Subject: x\nTo: lo@example.org\nContent-Type: multipart/mixed; boundary=a\n\n",
    "strange charset": b"Subject: =?klingon?q?x?=\nContent-Type: text/plain; charset=klingon\n\nhej",
    "null charset": b'Subject: x\nContent-Type: text/plain; charset="utf-8\0"\n\nhej',
    "charset that is no text": b"Subject: x\nContent-Type: text/plain; charset=base64\n\nhej",
    "broken base64": b"Subject: x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!!a",
    "broken uuencode": b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 1\nM",
    "broken header": b"Subject: =?utf-8?b?!!!!?= =?utf-8?q?=FF=FE?=\nTo: =?iso-8859-1?q?=\xff?=\n\nhej",
    "raw bytes": b"Subject: \xff\xfe\x00h\xe5\nTo: \xe5@example.org\nDate: \xff\n\n\xff\x00\xfe",
    "strange rfc2231": b"Subject: x\nContent-Type: text/plain; charset*=klingon'x'%FF\n\nhej",
    "markup": b'Subject: <script>alert(1)</script>\nTo: "><img src=x>\nContent-Type: text/plain\n\n<b>x</b>',
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(900)),
    "nested messages": b"Content-Type: message/rfc822\n\n" * 900,
    "large": b"Subject: x\n\n" + b"a" * 5_000_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_breaks_neither_the_list_nor_its_own_page(client, run_dir, content):
    name = deliver(run_dir, 1, content)
    deliver(run_dir, 2, subject="Ett helt vanligt brev")
    page = client.get(reverse("demo:mailbox"))
    assert page.status_code == 200
    assert "Ett helt vanligt brev" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    for route in ("demo:mail", "demo:mail_html"):
        assert client.get(reverse(route, args=[name])).status_code == 200
