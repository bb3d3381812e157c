"""A small HTTP client that signs in as a person does and saves as the sheet's script does.

It keeps one connection open, as a browser does, and costs the machine little, since it shares the cores with the
server that it measures.
"""

import json
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from benchmarks.plan import PASSWORD

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
SIGN_IN = "/account/sign-in/"


@dataclass
class Client:
    """One signed-in person."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send one request and read its answer whole."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {"Cookie": cookie, **(headers or {})})
        response = self.connection.getresponse()
        content = response.read()
        self.keep_cookies(response)
        return response.status, content

    def reconnect(self) -> None:
        """Begin a new connection: the server ends one that was idle while other things were measured."""
        self.connection.close()

    def keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value

    def sign_in(self, username: str) -> None:
        """Sign in through the form, with its CSRF token. Raises RuntimeError when that fails."""
        _, page = self.request("GET", SIGN_IN)
        found = TOKEN.search(page)
        if found is None:
            raise RuntimeError("the sign-in page carries no CSRF token")
        data = {
            "csrfmiddlewaretoken": found[1].decode(),
            "username": username,
            "password": PASSWORD,
        }
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self.request("POST", SIGN_IN, urlencode(data).encode(), form)
        if status != 302:
            raise RuntimeError(f"{username} could not sign in: {status}")


@dataclass
class Seat:
    """A person at their sheet: opens it, and saves marks one after the other, each time another value."""

    client: Client
    sheet: str
    stage: str
    points: dict[str, str]
    versions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.turn = cycle(self.points)
        self.versions = dict.fromkeys(self.points, 1)

    def save(self) -> float:
        """Save one mark and return the seconds it took. Raises RuntimeError unless it was stored."""
        code = next(self.turn)
        seen = self.versions[code]
        edit: dict[str, Any] = {"code": code, "stage": self.stage, "version": seen, "remark": ""}
        edit["points"] = "0" if seen % 2 else self.points[code]
        body = json.dumps({"edits": [edit]}).encode()
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.client.cookies["csrftoken"]}
        started = time.perf_counter()
        status, answer = self.client.request("POST", f"/assessments/sheets/{self.sheet}/save/", body, headers)
        taken = time.perf_counter() - started
        result = json.loads(answer)["results"][0] if status == 200 else {"status": status}
        if result["status"] != "saved":
            raise RuntimeError(f"not saved: {result}")
        self.versions[code] = result["version"]
        return taken

    def open(self) -> float:
        """Open the sheet's page and return the seconds it took. Raises RuntimeError unless it came."""
        started = time.perf_counter()
        status, page = self.client.request("GET", f"/assessments/sheets/{self.sheet}/")
        taken = time.perf_counter() - started
        if status != 200 or b'id="sheet"' not in page:
            raise RuntimeError(f"the sheet's page did not come: {status}")
        return taken
