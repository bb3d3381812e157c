"""The list of dispatches as an Excel sheet: what the page shows, all pages of it, for the dispatch meeting's table."""

from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from qiangji.dispatches.models import Answer, Task
from qiangji.dispatches.permissions import may_list, why_unreadable
from qiangji.dispatches.querysets import TaskQuerySet
from qiangji.dispatches.selectors.lists import SIDES, VIEWS, ListFilter, in_view, narrowed, sides_of, tasks_of
from qiangji.lib.dates import local_day
from qiangji.lib.list_sheet import Cell, write_list
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.reports.kinds import XLSX, safe_file_name
from qiangji.reports.views import download

COLUMNS = (
    ("事项", 36), ("承办单位", 24), ("下达单位", 24), ("条目", 10), ("下达日期", 12), ("办理期限", 12),
    ("督办人", 12), ("状态", 10), ("逾期", 8), ("最近答复", 12),
)  # fmt: skip
WORDS = (("要求", 48), ("答复内容", 48))
CHUNK = 1000


@login_required
@require_GET
def dispatch_list(request: HttpRequest) -> HttpResponse:
    """Download the list that the page shows, narrowed alike.

    What was asked and answered is in it where one of the two sides is the reader's: who only sees the list may not be
    among those who open each of its tasks.
    """
    reach = request_reach(request)
    if not may_list(reach):
        raise PermissionDenied(why_unreadable())
    chosen = ListFilter.read(request.GET, sides_of(reach))
    rows = in_view(narrowed(tasks_of(reach, chosen.side), chosen), reach, chosen.view)
    is_party = chosen.side != "all"
    title = f"督导事项（{SIDES[chosen.side]}，{VIEWS[chosen.view]}）"
    content = write_list(
        (line_of(row, reach.day, with_words=is_party) for row in latest_answers(rows).iterator(CHUNK)),
        columns=COLUMNS + WORDS if is_party else COLUMNS,
        name="督导事项",
        title=title,
        at=moment_of(request),
    )
    return download(content, name=safe_file_name(f"{title}{reach.day}.xlsx"), content_type=XLSX)


def latest_answers(rows: TaskQuerySet) -> TaskQuerySet:
    """Return the tasks with the words of their last answer as ``last_words``."""
    last = Answer.objects.filter(task=OuterRef("pk")).order_by("-number").values("text")[:1]
    return rows.annotate(last_words=Subquery(last))


def line_of(row: Task, day: date, *, with_words: bool) -> list[Cell]:
    """Return one task as a row of the sheet."""
    cells: list[Cell] = [
        row.dispatch.title,
        row.organization.short_name,
        row.issuer.short_name,
        row.dispatch.criterion.code if row.dispatch.criterion else "",
        local_day(row.dispatch.issued_at),
        row.deadline_date,
        str(row.owner),
        row.get_state_display(),
        "逾期" if row.is_late(day) else "",
        answered_day(row.answered_at),
    ]
    return [*cells, row.dispatch.text, row.last_words or ""] if with_words else cells  # type: ignore[attr-defined]


def answered_day(moment: datetime | None) -> date | None:
    """Return the day of an answer; None where there was none."""
    return None if moment is None else local_day(moment)
