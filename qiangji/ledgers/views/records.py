"""The list of records with its export, and one record with everything it says, serves and was."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig
from django_tables2.paginators import LazyPaginator

from qiangji.ledgers import selectors
from qiangji.ledgers.exporting import XLSX, workbook_of
from qiangji.ledgers.filters import RecordFilter
from qiangji.ledgers.models import Record, RecordKind
from qiangji.ledgers.references import names_in
from qiangji.ledgers.tables import RecordTable, columns_of, field_text
from qiangji.ledgers.views.access import (
    MANAGE,
    RECORD,
    RECORD_READ,
    SEE,
    log_readings,
    may_change,
    organizations_with,
    readable_record,
    require_somewhere,
)
from qiangji.ledgers.vocabulary import KINDS, LedgerKind, fields_of
from qiangji.members.selectors.persons import readings_of
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach

PER_PAGE = (25, 50, 100)
MOST_COUNTED = 1000
MOST_EXPORTED = 20_000
# Up to this many organizations their keys narrow the search to an index; beyond, the newest records are walked.
FEW = 200


@dataclass(frozen=True)
class Found:
    """The records a filter finds for a person."""

    filter: RecordFilter
    records: QuerySet[Record]
    kind: LedgerKind | None


def found_records(request: HttpRequest, reach: Reach) -> Found:
    """Return the records that the address asks for: three statements at most before the rows."""
    organizations = list(organizations_with(reach, SEE).order_by("path")[: FEW + 1])
    rows = Record.objects.visible_to(reach)
    if len(organizations) <= FEW:
        rows = rows.filter(organization__in=[one.pk for one in organizations])
    filtered = RecordFilter(request.GET, queryset=rows, organizations=organizations[:FEW])
    records = filtered.qs
    if request.GET.get("state") != Record.State.WITHDRAWN:
        records = records.exclude(state=Record.State.WITHDRAWN)
    kind = KINDS.get(request.GET.get("kind", ""))
    return Found(filtered, records.select_related("organization", "host").prefetch_related("kinds"), kind)


def names_for(kind: LedgerKind | None, records: list[Record]) -> dict[str, str]:
    """Return the names that records of a kind refer to."""
    if kind is None:
        return {}
    return dict(names_in([([kind.code], record.values) for record in records]))


@login_required
@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """Show the records a person may read, filtered and in pages; a single kind brings its own columns."""
    reach = request_reach(request)
    require_somewhere(reach)
    found = found_records(request, reach)
    asked = request.GET.get("rows", "")
    per_page = int(asked) if asked in [str(one) for one in PER_PAGE] else PER_PAGE[0]
    counted = found.records.order_by()[: MOST_COUNTED + 1].count()
    names: dict[str, str] = {}
    extra = columns_of(found.kind, names) if found.kind else []
    table = RecordTable(found.records, extra_columns=extra, exclude=("kinds",) if found.kind else ())
    paginate = {"per_page": per_page, "paginator_class": LazyPaginator}
    RequestConfig(request, paginate=paginate).configure(table)
    shown = [row.record for row in table.page.object_list]
    log_readings(request, shown, "台账记录列表")
    if found.kind:
        names |= names_for(found.kind, shown)
    context = {
        "filter": found.filter,
        "table": table,
        "kind": found.kind,
        "counted": counted,
        "many": counted > MOST_COUNTED,
        "most": MOST_COUNTED,
        "rows": per_page,
        "per_page": PER_PAGE,
        "most_exported": MOST_EXPORTED,
        "may_record": reach.may_somewhere(RECORD),
    }
    return render(request, "ledgers/records.html", context)


@login_required
@require_GET
def records_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as an Excel sheet, the newest first."""
    reach = request_reach(request)
    require_somewhere(reach)
    found = found_records(request, reach)
    rows = list(found.records.order_by("-date", "-pk")[:MOST_EXPORTED])
    log_readings(request, rows, "台账记录导出")
    title = found.kind.title if found.kind else "台账记录"
    content = workbook_of(rows, found.kind, names_for(found.kind, rows), title=title, at=moment_of(request))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx")
    response["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True)
class Said:
    """One field of a record in words."""

    title: str
    text: str
    is_long: bool = False


def said_by(record: Record) -> Iterator[Said]:
    """Return what a record says, field by field, without empty ones."""
    codes = [row.kind for row in record.kinds.all() if row.kind in KINDS]
    names = names_in([(codes, record.values)])
    for field in fields_of(codes):
        if text := field_text(field, record, names):
            yield Said(field.title, text, field.type == "long_text")


@login_required
@require_GET
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one record: what it says, who was there, which duties it serves, its files and its versions."""
    reach = request_reach(request)
    row = readable_record(request, public_id, "台账记录")
    allowed = may_change(reach, row)
    lines = list(
        row.attendances.select_related("person").order_by("presence", "person__pinyin", "person__name")
    )
    changes = list(row.changes.select_related("changed_by").order_by("-version"))
    proofs = [KINDS[one.kind] for one in row.kinds.all() if one.kind in KINDS and KINDS[one.kind].proof]
    files = list(row.files.filter(detached_at=None).select_related("attached_by"))
    context = {
        "record": row,
        "said": list(said_by(row)),
        "lines": lines,
        "served": selectors.served_by(row) if row.state == Record.State.CONFIRMED else None,
        "entered_as": selectors.entered_as(row),
        "changes": [(change, reason_of(change.data)) for change in changes],
        "files": files,
        "proofs": proofs if not files else [],
        "may_change": allowed and row.state != Record.State.WITHDRAWN,
        "may_withdraw": row.state != Record.State.WITHDRAWN
        and (
            reach.allows_at(MANAGE, row.organization.path)
            or (allowed and row.recorded_by_id == reach.user.pk)
        ),
        "just_saved": "saved" in request.GET,
        "readings": readings_of([row.public_id], RECORD_READ)
        if row.is_restricted and reach.allows_at(MANAGE, row.organization.path)
        else [],
    }
    return render(request, "ledgers/record.html", context)


def reason_of(data: str) -> str:
    """Return the reason that a version was made with, where one was given."""
    return str(json.loads(data).get("reason", ""))


@login_required
@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """Show every ledger with how many records this year's hold, as the way into its register."""
    reach = request_reach(request)
    require_somewhere(reach)
    organizations = list(organizations_with(reach, SEE)[: FEW + 1])
    year = reach.day.year
    rows = Record.objects.visible_to(reach).confirmed().filter(year=year)
    if len(organizations) <= FEW:
        rows = rows.filter(organization__in=[one.pk for one in organizations])
    counted = dict(
        RecordKind.objects.filter(record__in=rows).values_list("kind").annotate(count=Count("pk")).order_by()
    )
    groups: dict[str, list[tuple[LedgerKind, int]]] = {}
    for kind in KINDS.values():
        if not kind.own_table and any(kind.is_kept_at(one) for one in organizations):
            groups.setdefault(kind.group, []).append((kind, counted.get(kind.code, 0)))
    return render(request, "ledgers/registers.html", {"groups": list(groups.items()), "year": year})
