"""What one hospital's facts leave behind, collected and written together: rows, audit events, changed facts.

Public ids come from one generator, so that equal seeds give equal ids; the order of writing is the order of ``MODELS``.
"""

from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Model

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.ledgers.models import (
    Attendance,
    Declaration,
    DuesPayment,
    HeartTalk,
    Record,
    RecordChange,
    RecordKind,
    RecordTemplate,
    RecurringPlan,
)
from qiangji.lib.digests import canonical_json
from qiangji.members.models import (
    BranchMembership,
    Election,
    ElectionStep,
    Employment,
    Exemption,
    FloatingSpell,
    Hardship,
    Member,
    Person,
    Tenure,
    Transfer,
    TransferStep,
)
from qiangji.orgs.models import (
    ChangedFact,
    Department,
    OrganizationState,
    Post,
    Term,
    TermExtension,
)
from qiangji.web.demo.bulk import Table, renumber

MODELS: tuple[type[Model], ...] = (
    OrganizationState,
    Department,
    Post,
    Term,
    TermExtension,
    Person,
    Employment,
    Member,
    BranchMembership,
    Exemption,
    FloatingSpell,
    Hardship,
    Tenure,
    Election,
    ElectionStep,
    Transfer,
    TransferStep,
    Record,
    RecordKind,
    Attendance,
    RecordChange,
    Declaration,
    HeartTalk,
    DuesPayment,
    RecordTemplate,
    RecurringPlan,
    ChangedFact,
    Event,
)


class Store:
    """Collects rows and writes them; one for the whole demo, emptied after each hospital."""

    def __init__(self) -> None:
        self.tables = {model: Table(model) for model in MODELS}
        self.numbers: Counter[tuple[str, UUID]] = Counter()
        self.facts: dict[tuple[str, int], date] = {}
        self.random = Random(0)  # noqa: S311 -- a demo, not a secret

    def begin(self, *parts: object) -> Random:
        """Begin a part of the demo with a generator of its own, and return it."""
        words = " ".join(str(part) for part in parts)
        self.random = Random(f"ids {words}")  # noqa: S311
        return Random(words)  # noqa: S311

    def new_id(self) -> UUID:
        """Return the next public id."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def put(self, row: Model) -> None:
        """Take one row; it learns its key, and its public id where it has one."""
        if hasattr(row, "public_id"):
            row.public_id = self.new_id()
        self.tables[type(row)].put(row)

    def add(self, model: type[Model], **values: Any) -> int:
        """Take one row of a model without an instance of it, for the largest tables; returns its key."""
        return self.tables[model].add(**values)

    def log(self, entry: Event) -> None:
        """Take an event that was built elsewhere."""
        self.tables[Event].put(entry)

    def note(
        self, verb: str, obj_type: str, obj_id: UUID, data: dict[str, Any], *, by: User | None, at: datetime
    ) -> None:
        """Log what happened to an object, numbered on from what was logged of it before."""
        self.numbers[obj_type, obj_id] += 1
        number = self.numbers[obj_type, obj_id]
        self.tell(verb, obj_type, obj_id, canonical_json(data), by=by, at=at, number=number)

    def tell(
        self,
        verb: str,
        obj_type: str,
        obj_id: UUID,
        data: str,
        *,
        by: User | None,
        at: datetime,
        number: int = 1,
    ) -> None:
        """Log one event whose data is canonical JSON already.

        The text that ``audit.services.event`` digests is put together by hand, since most of the time went there.
        """
        actor = f'"{by.public_id}"' if by else "null"
        sealed = (
            f'{{"actor":{actor},"at":"{at.astimezone(UTC).isoformat()}","data":{data},"id":"{obj_id}",'
            f'"sequence":{number},"type":"{obj_type}","verb":"{verb}"}}'
        )
        self.tables[Event].add(
            object_type=obj_type,
            object_id=obj_id,
            sequence=number,
            verb=verb,
            data=data,
            actor_id=by.public_id if by else None,
            at=at,
            digest=sha256(sealed.encode()).hexdigest(),
        )

    def changed(self, kind: str, organization: int, day: date) -> None:
        """Note a changed fact; one row for each kind and organization, with the earliest day."""
        key = (kind, organization)
        known = self.facts.get(key)
        if known is None or day < known:
            self.facts[key] = day

    def flush(self, at: datetime) -> None:
        """Write everything, and forget it."""
        for (kind, organization), day in sorted(self.facts.items()):
            self.add(ChangedFact, kind=kind, organization_id=organization, date=day, changed_at=at)
        for table in self.tables.values():
            table.flush()
        self.numbers.clear()
        self.facts.clear()

    def close(self) -> None:
        """Let the database number its next rows after ours."""
        renumber(list(MODELS))
