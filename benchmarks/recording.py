"""Count the statements of a save and of a page in the program's own process, and keep those of a save for repetition.

Run as ``python -m benchmarks.ready recording FILE``: writes the statements of one save to the file, prints the counts.
Requests pass through the whole program, from the session to the audit event; BEGIN, COMMIT and SAVEPOINT, which the
database answers without work, are not counted.
"""

import json
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.plan import SEEN
from benchmarks.population import spare_answer
from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.numbers import plain
from qiangji.standards.models import Criterion

TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Statement:
    """One statement with its parameters; ``is_inside``: it ran within the transaction."""

    text: str
    parameters: tuple[Any, ...]
    is_inside: bool


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collect the statements that run."""
    found: list[Statement] = []

    def note(execute: Callable[..., Any], text: str, parameters: Any, many: bool, context: Any) -> Any:
        if not text.lstrip().upper().startswith(TRANSACTIONS):
            found.append(Statement(text, tuple(parameters or ()), connection.in_atomic_block))
        return execute(text, parameters, many, context)

    with connection.execute_wrapper(note):
        yield found


def client_of(user: User) -> Client:
    """Return a signed-in client that has to show its CSRF token, as a browser has."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    client.force_login(user)
    return client


def post(client: Client, sheet: Sheet, edit: dict[str, Any]) -> list[Statement]:
    """Save one edit and return the statements that it took. Raises RuntimeError unless it was stored."""
    address = f"/assessments/sheets/{sheet.public_id}/"
    client.get(address)
    with recorded() as statements:
        answer = client.post(
            f"{address}save/",
            json.dumps({"edits": [edit]}),
            content_type="application/json",
            headers={"X-CSRFToken": client.cookies["csrftoken"].value},
        )
    if answer.status_code != 200 or answer.json()["results"][0]["status"] != "saved":
        raise RuntimeError(f"not saved: {answer.content.decode()}")
    return statements


def mark_edit(code: str, stage: str, points: str | None, version: int) -> dict[str, Any]:
    return {"code": code, "stage": stage, "points": points, "remark": "", "version": version}


def saves(answer: Answer) -> dict[str, list[Statement]]:
    """Record every way of saving into an answer of one's own sheet; the mark over a mark is the one to be repeated."""
    sheet, code = answer.sheet, answer.criterion.code
    client = client_of(seated_at(sheet.organization_id))
    found = {"first mark": post(client, sheet, mark_edit(code, Stage.SELF, "0", 0))}
    Mark.objects.filter(answer=answer, stage=Stage.SELF).update(version=SEEN)
    found["mark"] = post(client, sheet, mark_edit(code, Stage.SELF, plain(answer.criterion.points), SEEN))
    for place in (1, 2):
        text = {"code": code, "text": f"第{place}次填写", "version": place}
        found[f"text {place}"] = post(client, sheet, text)
    return found


def review(sheet: Sheet) -> dict[str, list[Statement]]:
    """Record the save of a rating, and the page on which it is given."""
    client = client_of(seated_at(sheet.rating_authority_id))
    code = Criterion.objects.filter(edition=sheet.edition_id).latest("position").code
    return {"rating": post(client, sheet, mark_edit(code, Stage.RATING, "0", 1))}


def page(sheet: Sheet, node: int | None) -> list[Statement]:
    """Record one opening of a sheet's page. Raises RuntimeError unless it came."""
    client = client_of(seated_at(node))
    with recorded() as statements:
        answer = client.get(f"/assessments/sheets/{sheet.public_id}/")
    if answer.status_code != 200:
        raise RuntimeError(f"the page did not come: {answer.status_code}")
    return statements


def seated_at(node: int | None) -> User:
    return User.objects.get(role_assignments__organization=node)


def main() -> None:
    sheets = Sheet.objects.order_by("organization__code")
    own = sheets.filter(state=State.DRAFT)[0]
    rated = sheets.filter(state=State.UNDER_RATING)[0]
    found = saves(spare_answer()) | review(rated)
    Path(sys.argv[1]).write_bytes(pickle.dumps(found["mark"]))
    pages = {
        "own": page(own, own.organization_id),
        "review": page(rated, rated.rating_authority_id),
    }
    counts = {"saves": found, "pages": pages}
    print(json.dumps({kind: {name: len(one) for name, one in of.items()} for kind, of in counts.items()}))
