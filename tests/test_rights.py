"""Rights: every address, every role, in, beside and above scope, held against the written table.

The table is ``permission_table.py``; the addresses are walked from ``qiangji.urls``. An address that is missing in the
table, a person whom a line forgets, an answer that is another one than promised: each fails by name. What a request
wrote is undone before the next one, so that every line speaks of the same world.
"""

import itertools
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qiangji.audit.models import Event
from qiangji.web import views as web
from tests.permission_table import GROUPS, TABLE
from tests.rights_world import ARGUMENTS, BODIES, QUERIES, Rights, make_rights

pytestmark = pytest.mark.slow

METHODS = ("GET", "POST")
OUTSIDE = ("anonymous", "first")
SIGN_IN, PASSWORD_PAGE = "302→sign_in", "302→password"
REFUSALS = (SIGN_IN, PASSWORD_PAGE, "403", "404")


# ---- the addresses ---------------------------------------------------------------------------------------------------


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


ADDRESSES = dict(patterns(get_resolver("qiangji.urls")))


# ---- the table -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """One line of the table: what each person is answered who sends a method to an address about a thing."""

    address: str
    method: str
    case: str
    answers: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.address} {self.method} {self.case}".strip()

    def expected(self, everybody: list[str]) -> dict[str, str]:
        """Return the promised answer for each person; fails where the line names somebody twice or forgets one."""
        found: dict[str, str] = {"anonymous": SIGN_IN, "first": PASSWORD_PAGE}
        named: set[str] = set()
        for answer, words in self.answers:
            for name in names_of(words, everybody, named):
                assert name not in named, f"{self}: {name} is named twice"
                named.add(name)
                found[name] = answer
        missing = set(everybody) - set(found)
        assert not missing, f"{self}: nothing is promised to {sorted(missing)}"
        return found


def names_of(words: str, everybody: list[str], named: set[str]) -> list[str]:
    """Return the persons that words of the table stand for: single names, groups, or all the rest."""
    found: list[str] = []
    for word in words.split():
        if word == "rest":
            found += [
                name for name in everybody if name not in named and name not in found and name not in OUTSIDE
            ]
        elif word in GROUPS:
            found += names_of(GROUPS[word], everybody, set())
        elif word.startswith("b.") and word[2:] in GROUPS:
            found += [f"b.{name}" for name in names_of(GROUPS[word[2:]], everybody, set())]
        else:
            assert word in everybody, f"nobody is called {word}"
            found.append(word)
    return found


def read_table(text: str) -> list[Promise]:
    """Read the table: an address or several on a line of their own, their promises indented below."""
    promises: list[Promise] = []
    addresses: list[str] = []
    for line in text.splitlines():
        line = line.split("#")[0].rstrip()
        if not line:
            continue
        if not line.startswith(" "):
            addresses = line.split()
            continue
        head, *parts = line.split("|")
        method, *case = head.split()
        answers = tuple(tuple(part.strip().split(" ", 1)) for part in parts)
        promises += [
            Promise(address, method, " ".join(case), answers)  # type: ignore[arg-type]
            for address in addresses
        ]
    return promises


PROMISES = read_table(TABLE)


# ---- trying ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rights(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rights]:
    """The world, stored once for all lines."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("files"))
        # Each refusal would be logged with its traceback, thousands of times.
        patch.setattr(logging.getLogger("django.request"), "disabled", True)
        # Whether a document may be had is asked here; what it looks like, and how long it takes, elsewhere.
        patch.setattr("qiangji.reports.views.sheet_report", lambda *args, **kwargs: HttpResponse())
        patch.setattr("qiangji.reports.views.build_blank", lambda *args: b"")
        # Half of all answers are refusals, and drawing their page is most of what a refusal costs.
        patch.setattr(web, "render", without_error_pages)
        world = make_rights()
        world.things["cookies"] = {name: cookie_of(user) for name, user in world.people.items()}
        world.things["handlers"] = {
            forge: ClientHandler(enforce_csrf_checks=forge) for forge in (False, True)
        }
        yield world
        transaction.set_rollback(True)


REAL_RENDER = web.render


def without_error_pages(request: Any, template: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer with the status alone where a page would say no; what such a page shows is tried with the error pages."""
    if template.startswith("web/error_"):
        return HttpResponse(status=kwargs["status"])
    return REAL_RENDER(request, template, *args, **kwargs)


def client_of(world: Rights, name: str, *, forge: bool = False) -> Client:
    """Return somebody's browser; all share one chain of middleware, which keeps nothing between requests."""
    client = Client(enforce_csrf_checks=forge)
    client.handler = world.things["handlers"][forge]
    if name != "anonymous":
        client.cookies[settings.SESSION_COOKIE_NAME] = world.things["cookies"][name]
    return client


def cookie_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def everybody_of(world: Rights) -> list[str]:
    return [*world.people, "anonymous"]


def arguments_of(world: Rights, address: str, case: str) -> list[Any]:
    return ARGUMENTS[address](world, case) if address in ARGUMENTS else []


def ask(world: Rights, promise: Promise, name: str, *, forge: bool = False) -> Any:
    """Send one request as one person; ``forge`` leaves out the token against forged requests."""
    client = client_of(world, name, forge=forge)
    url = reverse(promise.address, args=arguments_of(world, promise.address, promise.case))
    body = BODIES[promise.address](world, promise.case) if promise.address in BODIES else {}
    if promise.method == "POST" and "json" in body:
        return client.post(url, body["json"], content_type="application/json")
    data = body if promise.method == "POST" else QUERIES.get(promise.address, {})
    send = getattr(client, promise.method.lower())
    return send(url, data)


def events() -> int:
    """Return how many events are written down, asked without building a statement twice for each request."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {Event._meta.db_table}")
        return int(cursor.fetchone()[0])


def answer_to(world: Rights, promise: Promise, name: str) -> str:
    """Return the status in the words of the table, with a plus where something was written down; undo all of it."""
    with transaction.atomic():
        before = events()
        response = ask(world, promise, name)
        getattr(response, "getvalue", bytes)()
        target = response.headers.get("Location", "")
        wrote = "+" if events() > before else ""
        transaction.set_rollback(True)
    if target.startswith(reverse("accounts:sign_in")):
        return SIGN_IN
    if target == reverse("accounts:change_password"):
        return PASSWORD_PAGE
    return f"{response.status_code}{wrote}"


def broken(world: Rights, promise: Promise, names: list[str]) -> dict[str, str]:
    """Return what the named persons were answered instead of what they were promised."""
    expected = promise.expected(everybody_of(world))
    answered = {name: answer_to(world, promise, name) for name in names}
    return {
        name: f"{answered[name]}, promised {expected[name]}"
        for name in names
        if answered[name] != expected[name]
    }


def in_turn(world: Rights, promise: Promise) -> list[str]:
    """Return whom to try: all who reach the thing, and in turn, over the lines of an address, who does not.

    Reading and writing find their thing the same way. The drill tries everybody. Which database a thing lies in does
    not change whose it is, only whether the statements run: beside SQLite one person is asked for each answer that lets
    somebody in, another one on each line, and one for each refusal of an address (docs/decisions/0049).
    """
    lines = [one for one in PROMISES if one.address == promise.address]
    alike: dict[str, list[str]] = {}
    for name, answer in promise.expected(everybody_of(world)).items():
        alike.setdefault(answer, []).append(name)
    if connection.vendor != "sqlite":
        admitted = {answer: names for answer, names in alike.items() if answer not in REFUSALS}
        asked = alike if promise == lines[0] else admitted or alike
        return [names[PROMISES.index(promise) % len(names)] for names in asked.values()]
    outsiders = alike.pop("404", [])
    return [*itertools.chain(*alike.values()), *outsiders[lines.index(promise) :: len(lines)]]


@pytest.mark.shows("A06")
@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_the_promise_is_kept(rights: Rights, db: None, promise: Promise) -> None:
    assert not broken(rights, promise, in_turn(rights, promise))


@pytest.mark.drill
@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_the_promise_is_kept_towards_everybody(rights: Rights, db: None, promise: Promise) -> None:
    assert not broken(rights, promise, everybody_of(rights))


# ---- the table is whole --------------------------------------------------------------------------------------------------


def test_every_address_is_in_the_table_and_nothing_else() -> None:
    assert {promise.address for promise in PROMISES} == set(ADDRESSES)


def test_no_line_is_there_twice() -> None:
    places = [str(promise) for promise in PROMISES]
    assert sorted(set(places)) == sorted(places)


def test_every_address_about_a_thing_says_which() -> None:
    for name, pattern in ADDRESSES.items():
        assert bool(pattern.pattern.converters) == (name in ARGUMENTS), name


UNLISTED = [
    Promise(address, method, "", ())
    for address, method in itertools.product(ADDRESSES, METHODS)
    if (address, method) not in {(promise.address, promise.method) for promise in PROMISES}
]


@pytest.mark.any_database
@pytest.mark.parametrize("promise", UNLISTED, ids=str)
def test_a_method_that_the_table_does_not_list_is_405(rights: Rights, db: None, promise: Promise) -> None:
    case = next(one.case for one in PROMISES if one.address == promise.address)
    tried = Promise(promise.address, promise.method, case, ())
    assert {answer_to(rights, tried, name) for name in ("office", "administrator")} == {"405"}


@pytest.mark.any_database
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_address_takes_any_other_method(rights: Rights, db: None, method: str) -> None:
    taken = {}
    for address in ADDRESSES:
        case = next(one.case for one in PROMISES if one.address == address)
        answer = answer_to(rights, Promise(address, method, case, ()), "office")
        if answer != "405":
            taken[address] = answer
    assert taken == {"accounts:sign_in": "302"}, (
        "signed in already, one is sent to the workbench whatever the method"
    )


@pytest.mark.any_database
@pytest.mark.parametrize("address", dict.fromkeys(one.address for one in PROMISES if one.method == "POST"))
def test_a_forged_request_is_refused(rights: Rights, db: None, address: str) -> None:
    """No token, no effect: whoever is signed in and whatever the address; what it is about is not even looked up."""
    promise = next(one for one in PROMISES if one.address == address and one.method == "POST")
    for name in ("office", "administrator"):
        assert ask(rights, promise, name, forge=True).status_code == 403


@pytest.mark.any_database
@pytest.mark.parametrize("address", [name for name, one in ADDRESSES.items() if one.pattern.converters])
def test_a_thing_that_is_not_there_is_404_for_everybody(rights: Rights, db: None, address: str) -> None:
    promise = next(one for one in PROMISES if one.address == address)
    known = arguments_of(rights, address, promise.case)
    secret = address == "duties:feed"  # found by a token instead of an id
    url = reverse(
        address, args=[uuid.uuid4() if secret or isinstance(one, uuid.UUID) else one for one in known]
    )
    for name in ("office", "supervisor", "administrator", "nobody"):
        client = client_of(rights, name)
        body = BODIES[address](rights, promise.case) if address in BODIES else {}
        with transaction.atomic():
            if "json" in body:
                response = client.post(url, body["json"], content_type="application/json")
            else:
                response = getattr(client, promise.method.lower())(url, body)
            transaction.set_rollback(True)
        assert response.status_code == 404, name
