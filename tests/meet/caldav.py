"""A real calendar server on this machine, and a calendar app that does with a mailed file what RFC 5546 says."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from icalendar import Calendar

from tests.meet.calendar_files import read

ALL = """<?xml version="1.0"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>
</C:calendar-query>"""


class Server:
    """Radicale on a free port, with a folder of its own and nobody to sign in."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        words = [
            "--server-hosts",
            f"127.0.0.1:{port}",
            "--auth-type",
            "none",
            "--storage-filesystem-folder",
            str(folder),
        ]
        # Without a folder of its own for settings it would read those of whoever runs the tests.
        environment = os.environ | {"RADICALE_CONFIG": "", "HOME": str(folder)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "radicale", *words],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            assert self._process.poll() is None, "the calendar server ended"
            try:
                httpx.get(self.url, timeout=2)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        self.close()
        raise AssertionError("the calendar server did not start")

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


class CalendarApp:
    """One person's calendar at the server; takes the files that come by mail."""

    def __init__(self, server: Server, name: str) -> None:
        self._http = httpx.Client(base_url=server.url, auth=(name, "any"), timeout=20)
        self._home = f"/{name}/traffar/"
        assert self._http.request("MKCALENDAR", self._home).status_code == 201

    def take(self, content: bytes) -> None:
        """What a REQUEST or CANCEL does, unless the calendar knows something newer of the same UID."""
        calendar = read(content)
        (event,) = calendar.walk("VEVENT")
        uid, method = str(event["uid"]), str(calendar["method"])
        known = self._http.get(self._place(uid))
        if known.status_code == 200:
            (kept,) = Calendar.from_ical(known.content).walk("VEVENT")
            if int(kept["sequence"]) > int(event["sequence"]):
                return
        # A calendar object that is kept has no METHOD (RFC 4791).
        del calendar["method"]
        answer = self._http.put(
            self._place(uid), content=calendar.to_ical(), headers={"Content-Type": "text/calendar; charset=utf-8"}
        )
        assert answer.status_code in (201, 204), (method, answer.status_code, answer.text)

    def clear_cancelled(self) -> None:
        """What an app does when the person takes cancelled events away."""
        for event in self.events():
            if str(event["status"]) == "CANCELLED":
                assert self._http.delete(self._place(str(event["uid"]))).status_code in (200, 204)

    def events(self) -> list:
        """Everything in the calendar, as the server tells it."""
        answer = self._http.request("REPORT", self._home, content=ALL, headers={"Depth": "1"})
        assert answer.status_code == 207, answer.text
        from lxml import etree

        found = etree.fromstring(answer.content).iter("{urn:ietf:params:xml:ns:caldav}calendar-data")
        return [event for data in found for event in Calendar.from_ical(data.text).walk("VEVENT")]

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _place(self, uid: str) -> str:
        return f"{self._home}{uid}.ics"
