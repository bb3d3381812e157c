"""Eight people save at once on the production server: nothing is lost, nothing waits in vain, every clash is told.

Each person follows a random plan (from a seed) and behaves as the sheet's script does: sends the version last seen,
and after a clash either insists, over the version that the other one made, or takes the other's value. What the server
answered is then held against the tables, row by row.
"""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from random import Random
from typing import Any

import pytest
from django.test import Client

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet, TextChange
from qiangji.assessments.tests.factories import (
    open_small_cycle,
    sheet_of,
)
from qiangji.audit.models import Event
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user
from tests.servers import Served

pytestmark = pytest.mark.slow
PERSONS = 8
EDITS = 20
CODES = ("1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2")
POINTS = ("0", "0.5", "1", "")


@dataclass(frozen=True)
class Sent:
    """One request with its answer. ``field`` is a criterion's code, with ``:text`` where its text was meant."""

    who: User
    field: str
    seen: int
    value: tuple[str, str]
    result: dict[str, Any]

    @property
    def is_saved(self) -> bool:
        return bool(self.result["status"] == "saved")


@dataclass
class Person:
    """Somebody at the sheet in a browser of their own."""

    user: User
    port: int
    sheet: Sheet
    dice: Random
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    versions: dict[str, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        client = Client()
        client.force_login(self.user)
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={self.token}"
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def post(self, edit: dict[str, Any]) -> dict[str, Any]:
        """Send one edit; whatever is not an answer to it (a lock error, a refusal) fails the test."""
        headers = {"Cookie": self.cookies, "X-CSRFToken": self.token, "Content-Type": "application/json"}
        path = f"/assessments/sheets/{self.sheet.public_id}/save/"
        self.connection.request("POST", path, json.dumps({"edits": [edit]}), headers)
        response = self.connection.getresponse()
        body = response.read().decode()
        assert response.status == 200, body
        result: dict[str, Any] = json.loads(body)["results"][0]
        assert result["status"] in {"saved", "clash"}, result
        return result

    def write(self, name: str, value: tuple[str, str]) -> Sent:
        """Save a value over the version last seen, and remember the answer. No two values of a test are equal."""
        seen = self.versions.get(name, 0)
        code, _, is_text = name.partition(":")
        edit: dict[str, Any] = {"code": code, "version": seen}
        edit |= {"text": value[1]} if is_text else {"stage": "self", "points": value[0], "remark": value[1]}
        sent = Sent(self.user, name, seen, value, self.post(edit))
        self.versions[name] = sent.result["version"]
        self.sent.append(sent)
        return sent

    def work(self, fields: list[str]) -> None:
        """Save ``EDITS`` times here and there; insist on half of what clashed."""
        for _ in range(EDITS):
            name = self.dice.choice(fields)
            value = (self.dice.choice(POINTS), f"{self.user.username} 第{next(self.numbers)}次")
            while not self.write(name, value).is_saved and self.dice.random() < 0.5:
                value = (value[0], f"{self.user.username} 坚持第{next(self.numbers)}次")


def at_once(persons: list[Person], fields: Callable[[int], list[str]]) -> list[Sent]:
    """Let all work at the same time and return everything sent. Raises the first error that somebody met."""
    errors: list[BaseException] = []
    together = threading.Barrier(len(persons))

    def work(number: int, person: Person) -> None:
        together.wait()
        try:
            person.work(fields(number))
        except BaseException as error:
            errors.append(error)
        finally:
            person.connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(persons)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [sent for person in persons for sent in person.sent]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    people = cast()
    open_small_cycle(people)
    return people


def seat_all(people: Cast, server: Served, sheet: Sheet, seed: int) -> list[Person]:
    """Seat eight persons of the Party office at one sheet."""
    users = [make_user(f"person{number}", f"第{number}人") for number in range(PERSONS)]
    for user in users:
        make_role(user, people.hospital_a, RoleName.PARTY_OFFICE)
    return [Person(user, server.port, sheet, Random(f"{seed}-{user.username}")) for user in users]


def check_answers(sent: list[Sent]) -> None:
    """Hold the answers against each other: one is saved over each version, and a clash means that another was."""
    for name in {one.field for one in sent}:
        of_field = [one for one in sent if one.field == name]
        saved = {one.result["version"]: one for one in of_field if one.is_saved}
        assert sorted(saved) == list(range(1, len(saved) + 1))
        assert len(saved) == sum(one.is_saved for one in of_field)
        for one in of_field:
            if one.is_saved:
                assert one.result["version"] == one.seen + 1
            else:
                check_clash(one, saved)


def check_clash(one: Sent, saved: dict[int, Sent]) -> None:
    """A clash shows a version that somebody saved after the one seen, with that person's value and name."""
    version = one.result["version"]
    assert version > one.seen
    theirs = saved[version]
    assert one.result["by"] == theirs.who.name
    shown = one.result["theirs"]
    assert (shown.get("text") or shown.get("remark")) == theirs.value[1]
    if "points" in shown:
        assert (shown["points"] or "") == theirs.value[0]


def check_tables(sheet: Sheet, sent: list[Sent]) -> None:
    """Hold the tables against what was answered as saved: state, history and audit events, row by row."""
    for answer in Answer.objects.filter(sheet=sheet).select_related("criterion"):
        code = answer.criterion.code
        check_mark(answer, saved_in_order(sent, code))
        check_text(answer, saved_in_order(sent, f"{code}:text"))


def saved_in_order(sent: list[Sent], name: str) -> list[Sent]:
    return sorted(
        (one for one in sent if one.field == name and one.is_saved),
        key=lambda one: int(one.result["version"]),
    )


def check_mark(answer: Answer, saved: list[Sent]) -> None:
    mark = Mark.objects.filter(answer=answer, stage="self").first()
    if not saved:
        assert mark is None
        return
    assert mark is not None
    assert (mark.version, mark.marked_by_id) == (len(saved), saved[-1].who.pk)
    assert (plain(mark.points), mark.remark) == saved[-1].value
    before = ""
    changes = list(MarkChange.objects.filter(answer=answer, stage="self").order_by("version"))
    for one, change in zip(saved, changes, strict=True):
        assert (change.version, change.changed_by_id) == (one.result["version"], one.who.pk)
        assert (plain(change.from_points), plain(change.to_points)) == (before, one.value[0])
        assert change.remark == one.value[1]
        before = one.value[0]
    check_events(answer, "mark.self", saved)


def check_text(answer: Answer, saved: list[Sent]) -> None:
    assert answer.version == len(saved)
    assert answer.text == (saved[-1].value[1] if saved else "")
    before, last = "", 0
    for spell in TextChange.objects.filter(answer=answer).order_by("first_version"):
        assert spell.first_version == last + 1
        assert spell.previous == before
        assert {one.who.pk for one in saved[last : spell.last_version]} == {spell.edited_by_id}
        before, last = spell.text, spell.last_version
        assert before == saved[last - 1].value[1]
    assert last == len(saved)
    check_events(answer, "answer.text", saved)


def check_events(answer: Answer, kind: str, saved: list[Sent]) -> None:
    events = Event.objects.filter(object_type=kind, object_id=answer.public_id).order_by("sequence")
    found = [(event.sequence, event.actor_id) for event in events]
    assert found == [(one.result["version"], one.who.public_id) for one in saved]


def test_eight_people_at_the_same_answers(people: Cast, serve: Callable[..., Served]) -> None:
    sheet = sheet_of(people.hospital_a)
    meet(sheet, seat_all(people, serve(workers=2), sheet, seed=1))


def meet(sheet: Sheet, persons: list[Person]) -> list[Sent]:
    """Let all write into the same seven fields, and hold everything against everything."""
    fields = [*CODES, *(f"{code}:text" for code in CODES[:2])]
    sent = at_once(persons, lambda number: fields)
    assert len(sent) >= PERSONS * EDITS
    assert any(not one.is_saved for one in sent), "eight people at seven fields must meet"
    check_answers(sent)
    check_tables(sheet, sent)
    return sent


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(100, 112))
def test_eight_people_many_times(
    people: Cast, serve: Callable[..., Served], record_property: Callable[[str, object], None], seed: int
) -> None:
    record_property("promised", "八人同时填同一张表，不丢一处，不报锁错误，冲突如实告知")
    sheet = sheet_of(people.hospital_a)
    sent = meet(sheet, seat_all(people, serve(workers=2), sheet, seed))
    record_property(
        "happened", f"共 {len(sent)} 次保存，{sum(not one.is_saved for one in sent)} 次冲突，逐行相符"
    )


def test_eight_people_at_answers_of_their_own_never_clash(people: Cast, serve: Callable[..., Served]) -> None:
    sheet = sheet_of(people.hospital_a)
    persons = seat_all(people, serve(workers=2), sheet, seed=2)
    fields = [*CODES, *(f"{code}:text" for code in CODES)]
    sent = at_once(persons, lambda number: [fields[number]])
    assert all(one.is_saved for one in sent)
    assert len(sent) == PERSONS * EDITS
    check_answers(sent)
    check_tables(sheet, sent)
