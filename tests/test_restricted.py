"""Restricted records over every address, generated from the table of rights: unseen without the right, logged with it.

The record of the rights' world and a draft beside it become restricted and bear a title that stands nowhere else. Then
everybody inside opens everything: where the title comes, in a page or in a file, a line of the log has to say so.
"""

import io
import zipfile
from typing import Any

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from qiangji.audit.models import Reading
from qiangji.ledgers.models import Record
from qiangji.ledgers.tests.factories import make_record
from tests.rights_world import Rights
from tests.test_rights import PROMISES, Promise, ask, rights  # noqa: F401  # the fixture

SECRET = "只给少数人看的一件"
ALLOWED = ("office", "branch")
OTHERS = ("discipline", "delegate", "supervisor", "b.office")
# Where something of a ledger stands, or could come to stand; the others are about editions, sheets and accounts.
PLACES = ("ledgers", "members", "reports", "intake", "duties", "web", "orgs")
READ = {str(one): one for one in PROMISES if one.method == "GET" and one.address.split(":")[0] in PLACES}


@pytest.fixture(scope="module")
def secretive(rights: Rights) -> Rights:  # noqa: F811
    """The rights' world, whose ledger holds only what few may read."""
    branch = rights.things["branch"]
    changed = {"is_restricted": True, "title": SECRET, "date": localdate()}
    Record.objects.filter(pk=rights.things["ledger record"].pk).update(**changed)
    make_record(branch, title=SECRET, is_restricted=True, state="draft", date=localdate())
    return rights


def text_of(response: Any) -> str:
    """Return what was sent, the inside of Word and Excel files included."""
    if response.status_code != 200:
        return ""
    content: bytes = response.getvalue()
    if not content.startswith(b"PK"):
        return content.decode(errors="ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode(errors="ignore") for name in packed.namelist())


@pytest.mark.any_database
@pytest.mark.slow
@pytest.mark.parametrize("promise", READ.values(), ids=READ)
def test_restricted_records_are_unseen_or_their_reading_is_logged(
    secretive: Rights, db: None, promise: Promise
) -> None:
    for name in (*ALLOWED, *OTHERS):
        with transaction.atomic():
            shown = SECRET in text_of(ask(secretive, promise, name))
            read = Reading.objects.filter(
                object_type="record", actor_id=secretive.people[name].public_id
            ).count()
            transaction.set_rollback(True)
        if name in OTHERS:
            assert not shown, name
            assert not read, name
        elif shown:
            assert read, f"{name} read it and nobody noted that"


@pytest.mark.any_database
@pytest.mark.slow
def test_pages_prints_and_exports_do_show_it_to_those_who_may(secretive: Rights, db: None) -> None:
    """Without this, the test above could pass by showing nothing to anybody."""
    showing = set()
    for promise in READ.values():
        if promise.address.split(":")[0] in ("ledgers", "reports", "intake"):
            with transaction.atomic():
                if SECRET in text_of(ask(secretive, promise, "branch")):
                    showing.add(promise.address)
                transaction.set_rollback(True)
    assert {
        "ledgers:record",
        "ledgers:records",
        "ledgers:records_export",
        "ledgers:home",
        "ledgers:drafts",
        "ledgers:calendar",
        "ledgers:edit",
        "ledgers:withdraw",
        "reports:sign_in_sheet",
    } <= showing
