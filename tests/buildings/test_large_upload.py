"""A 200 MB file is turned away before it is read, and a request that lies about its size gains nothing."""

import io

import pytest
from django.test import RequestFactory
from django.test.client import FakePayload

from buildings.models import RegisterUpload
from watch.middleware import EarlyRefusal

LARGE = 200 * 1024 * 1024


class Unread(io.RawIOBase):
    """A body nobody may touch."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def test_200_mb_are_refused_before_a_byte_is_read(db):
    request = RequestFactory().post("/register/", HTTP_ACCEPT_LANGUAGE="en")
    request.META["CONTENT_LENGTH"] = str(LARGE)
    request.META["wsgi.input"] = request._stream = Unread()
    response = EarlyRefusal(lambda _request: pytest.fail("the request went on"))(request)
    assert response.status_code == 413
    assert response["Connection"] == "close"
    assert "20 MB" in response.content.decode()


def test_a_landlord_who_sends_200_mb_gets_a_kind_page(landlord):
    landlord.cookies["sprak"] = "en"
    response = landlord.generic(
        "POST", "/register/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(LARGE)
    )
    assert response.status_code == 413
    assert "too large" in response.text


@pytest.mark.parametrize("length", ["", "60", "-1", "many"])
def test_a_request_that_hides_its_size_gets_no_further(landlord, norrby, length):
    body = (
        b"--x\r\nContent-Disposition: form-data; name=file; filename=r.csv\r\n\r\n" + b"a;b\r\n" * 1000 + b"--x--\r\n"
    )
    response = landlord.generic(
        "POST",
        "/register/",
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": length, "wsgi.input": FakePayload(body)},
    )
    assert response.status_code in (200, 400)
    assert not RegisterUpload.objects.exists()
