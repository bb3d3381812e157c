"""Throw-away installations: a database of either kind, filled, and the production server on it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.client import Client, Seat
from benchmarks.concluding import HOSPITALS
from benchmarks.listing import ROWS
from tools.pgtmp import postgresql

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START = 60.0
MANY = 20
BRANCHES = 15  # of each committee in a demo that is evaluated: a dozen for every hospital-level organization
DATABASES = ("sqlite", "postgresql")

# A kind of database, and how many sheets are in it; ``ROWS`` stands for registers of so many rows, without sheets,
# ``HOSPITALS`` for a province of so many whose results are decided, a number below zero for the demo of so many hospitals.
Place = tuple[str, int]


@dataclass
class Site:
    """One filled database with the servers started on it."""

    name: str
    folder: Path
    url: str
    sheets: int
    stack: ExitStack
    started: dict[str, int] = field(default_factory=dict)
    seats: dict[int, Seat] = field(default_factory=dict)
    filled: dict[str, Any] | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment of every command that works on this site."""
        return os.environ | {"DATABASE_URL": self.url, "QIANGJI_VAR_DIR": str(self.folder)}

    def ask(self, *arguments: str) -> Any:
        """Run a module of this package that prints JSON, on this site's database."""
        command = [sys.executable, "-m", "benchmarks.ready", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.variables, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def run(self, *arguments: str) -> None:
        """Run one of the program's own commands."""
        command = [sys.executable, "-m", "qiangji", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.variables, check=True)

    @property
    def people(self) -> dict[str, Any]:
        """What was told when the database was filled, which happens once.

        Not a ``cached_property``: before Python 3.12 those of one class wait for each other, and two are filled at once.
        """
        if self.filled is None:
            self.filled = self.fill()
        return self.filled

    def fill(self) -> dict[str, Any]:
        """Fill the database, and return who sits before which sheet."""
        people: dict[str, Any] = self.ask("population", str(self.sheets))
        return people

    @property
    def statements_file(self) -> Path:
        """Where the statements of one save lie, recorded on this site's database."""
        assert self.counts, "recording counts them, and writes the file"
        return self.folder / f"statements-{self.name}.pickle"

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many statements each way of saving and each page takes."""
        assert self.people, "there is something to save into"
        target = self.folder / f"statements-{self.name}.pickle"
        counts: dict[str, dict[str, int]] = self.ask("recording", str(target))
        return counts

    def make(self) -> None:
        """Fill the database, count and record statements on a small one, and start the server."""
        assert self.counts if self.sheets < MANY else self.people
        self.port()

    def port(self, settings: str = "qiangji.settings", **variables: str) -> int:
        """Return the port of the production server under some settings, started when first asked for."""
        if settings not in self.started:
            assert self.people, "a server without its database would only refuse to start"
            environment = self.variables | {"DJANGO_SETTINGS_MODULE": settings} | variables
            self.started[settings] = self.stack.enter_context(served(environment))
        return self.started[settings]

    def seat(self, number: int) -> Seat:
        """Return the person before a sheet, signed in; the first eight fill their own, the next two rate."""
        if number not in self.seats:
            who = self.people["seats"][number]
            client = Client(self.port())
            client.sign_in(who["username"])
            self.seats[number] = Seat(client, who["sheet"], who["stage"], self.people["points"])
        self.seats[number].client.reconnect()
        return self.seats[number]


class Registers(Site):
    """A database whose lists are very long, with the server on it."""

    def fill(self) -> dict[str, Any]:
        """Fill the database, and return who signs in, and the statements of each list."""
        people: dict[str, Any] = self.ask("registers", str(self.sheets))
        return people

    def make(self) -> None:
        """Fill the database and start the server."""
        assert self.people
        self.port()

    @cached_property
    def client(self) -> Client:
        """The one person there, signed in."""
        return self.signed_in(self.people["username"])

    def signed_in(self, username: str) -> Client:
        """Return a new client of somebody who has signed in."""
        client = Client(self.port())
        client.sign_in(username)
        return client


class Province(Registers):
    """A province whose results were decided while it was filled, with the server on it."""

    def fill(self) -> dict[str, Any]:
        """Fill the database; return who signs in, what the recognition took, and the statements of each page."""
        people: dict[str, Any] = self.ask("province", str(self.sheets))
        return people


class Demo(Site):
    """The demo: hospitals with branches, members and a year of ledgers. No server."""

    def fill(self) -> dict[str, Any]:
        """Fill the database; who is in it is the demo's business."""
        size = ["--organizations", str(-self.sheets), "--branches", str(BRANCHES)]
        for arguments in (["migrate"], ["demo", *size, "--seed", "1"]):
            command = [sys.executable, "-m", "qiangji", *arguments]
            subprocess.run(command, cwd=ROOT, env=self.variables, check=True, stdout=subprocess.DEVNULL)
        return {"hospitals": -self.sheets}

    def make(self) -> None:
        """Fill the database."""
        assert self.people


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """Run the production server with two workers, and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "qiangji", "serve", "--workers", "2", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises RuntimeError when it ends, or takes too long."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        except (ConnectionError, TimeoutError):
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the server did not start")


class Sites:
    """The installations of one run."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qiangji-bench-")))
        self.made: dict[Place, Site] = {}

    def fill(self, places: set[Place]) -> None:
        """Make the installations, two at a time, the largest first."""
        in_order = sorted(places, key=lambda place: -abs(place[1]))
        for database, sheets in in_order:
            name = f"bench_{sheets}" if sheets > 0 else f"demo_{-sheets}"
            url = (
                f"sqlite:///{self.folder}/{name}.sqlite3" if database == "sqlite" else self.new_database(name)
            )
            made_as = {ROWS: Registers, HOSPITALS: Province}.get(sheets, Site if sheets > 0 else Demo)
            site = made_as(f"{database}-{sheets}", self.folder, url, sheets, self.stack)
            self.made[database, sheets] = site
        self.made[in_order[0]].run("collectstatic", "--noinput", "--verbosity", "0")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda place: self.made[place].make(), in_order))

    @cached_property
    def cluster(self) -> str:
        """The URL of a PostgreSQL started for this run."""
        return self.stack.enter_context(postgresql())

    def new_database(self, name: str) -> str:
        """Create a database in the cluster and return its URL."""
        with psycopg.connect(self.cluster, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.cluster.replace("/postgres?", f"/{name}?")
