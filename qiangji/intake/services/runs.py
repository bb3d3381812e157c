"""One table handed in, from upload to what it changed: checked, mended by a column mapping, applied, or set aside."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.files.exceptions import FileRefused
from qiangji.files.services import keep, received
from qiangji.intake.checking import Checked, NotATable, Progress, check_file, preview_of, refuse_of_service
from qiangji.intake.exceptions import IntakeError, RowsFault
from qiangji.intake.kinds.base import Kind, Place, Row
from qiangji.intake.models import ColumnMapping, ImportRun
from qiangji.intake.registry import kind_of
from qiangji.lib.collecting import seldom_collected
from qiangji.lib.tabular import normalized
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

OBJECT = "import"
KEPT_FINDINGS = 500
MOST_PARTED = 20_000
State, Mode = ImportRun.State, ImportRun.Mode


def silent(stage: str, done: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def upload_table(
    *,
    organization: Organization,
    kind: Kind,
    upload: File,
    mapping: ColumnMapping | None = None,
    by: User,
    at: datetime,
) -> ImportRun:
    """Take a workbook in, to be checked next. Raises IntakeError for a file that is no workbook of today's format."""
    try:
        with received(upload) as incoming:
            if incoming.kind.family != "excel" or ".xlsx" not in incoming.kind.extensions:
                raise IntakeError("这不是 .xlsx 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
            content = keep(incoming, at=at)
            return ImportRun.objects.create(
                organization=organization,
                kind=kind.code,
                filename=incoming.filename,
                content=content,
                columns=mapping.columns if mapping else {},
                started_by=by,
                started_at=at,
            )
    except FileRefused as error:
        raise IntakeError(str(error)) from error


def check_run(*, run: ImportRun, reach: Reach, at: datetime, progress: Progress = silent) -> ImportRun:
    """Read the table and write down what it would do; what cannot be read fails with its reason."""
    place = Place(run.organization, reach, at)
    run.findings = []
    try:
        checked = check_file(located(run), kind_of(run.kind), place, mapping=run.columns, progress=progress)
    except NotATable as error:
        suggested = None if run.columns else fitting_mapping(run, error.headings)
        if suggested is not None:
            run.columns = suggested.columns
            return check_run(run=run, reach=reach, at=at, progress=progress)
        run.state, run.counts = State.FAILED, {"reason": str(error), "headings": list(error.headings)}
    except IntakeError as error:
        run.state, run.counts = State.FAILED, {"reason": str(error)}
    else:
        note_checked(run, checked)
    run.save(update_fields=["state", "counts", "findings", "columns"])
    return run


def note_checked(run: ImportRun, checked: Checked) -> None:
    """Put what was found onto the run."""
    run.state = State.CHECKED
    run.counts = {**checked.counts, "notices": checked.notices, "preview": preview_of(checked)}
    run.findings = [finding.as_json() for finding in checked.findings[:KEPT_FINDINGS]]


def located(run: ImportRun) -> Path:
    """Return where the table's bytes are. Raises IntakeError where they were cleared away."""
    if run.content is None or not run.content.location.exists():
        raise IntakeError("上传的文件已清除，请重新上传。")
    return run.content.location


def fitting_mapping(run: ImportRun, headings: tuple[str, ...]) -> ColumnMapping | None:
    """Return a saved mapping whose headings are all there."""
    present = {normalized(text) for text in headings}
    saved = ColumnMapping.objects.filter(organization=run.organization, kind=run.kind).order_by("-saved_at")
    return next(
        (one for one in saved if {normalized(text) for text in one.columns.values() if text} <= present), None
    )


@transaction.atomic
def match_columns(
    *, run: ImportRun, columns: Mapping[str, str], name: str = "", by: User, at: datetime
) -> ImportRun:
    """Say which of the table's columns is which of ours; with a name, keep that for next time.

    Raises IntakeError where a required column has none, or one is used twice.
    """
    kind = kind_of(run.kind)
    chosen = {key: text for key, text in columns.items() if text}
    missing = [column.title for column in kind.columns if column.required and column.name not in chosen]
    if missing:
        raise IntakeError(f"这些必填栏目还没有对应的列：{'、'.join(missing)}。")
    twice = sorted({text for text in chosen.values() if list(chosen.values()).count(text) > 1})
    if twice:
        raise IntakeError(f"“{twice[0]}”对应了两个栏目，请只选一个。")
    if name:
        if len(name) > 60:
            raise IntakeError("对应的名称不超过 60 个字。")
        ColumnMapping.objects.update_or_create(
            organization=run.organization,
            kind=run.kind,
            name=name,
            defaults={"columns": chosen, "saved_by": by, "saved_at": at},
        )
    run.columns, run.state, run.counts = chosen, State.UPLOADED, {}
    run.save(update_fields=["columns", "state", "counts"])
    return run


def apply_run(
    *, run: ImportRun, mode: str, reach: Reach, by: User | None, at: datetime, progress: Progress = silent
) -> ImportRun:
    """Check the table once more and write it, whole or without its bad rows; all in one transaction.

    Raises IntakeError where something is wrong with it as a whole, or (mode all) with a row; the run then shows what.
    """
    kind, place = kind_of(run.kind), Place(run.organization, reach, at)
    try:
        checked = check_file(located(run), kind, place, mapping=run.columns, progress=progress)
        with transaction.atomic():
            locked = ImportRun.objects.select_for_update().get(pk=run.pk)
            if locked.state == State.APPLIED:
                raise IntakeError("这张表已经导入。再导入一次请重新上传。")
            progress("写入", checked.total)
            write_rows(checked, mode, by)
            note_checked(run, checked)
            run.state, run.mode, run.applied_at = State.APPLIED, mode, at
            run.save(update_fields=["state", "mode", "applied_at", "counts", "findings"])
            data = {"kind": run.kind, "mode": mode, "organization": run.organization.code, **checked.counts}
            record(verb="import.applied", obj_type=OBJECT, obj_id=run.public_id, data=data, by=by, at=at)
    except BadRows as error:
        note_checked(run, error.checked)
        run.applied_at = None
        run.save(update_fields=["state", "counts", "findings", "applied_at"])
        raise
    return run


class BadRows(IntakeError):
    """The table was to be imported only as a whole, and has bad rows."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(f"有 {len(checked.bad)} 行有问题，没有导入。改正后重新上传，或选择只导入正确的行。")


def write_rows(checked: Checked, mode: str, by: User | None) -> None:
    """Write what a table changes in the caller's transaction. Raises BadRows (mode all), IntakeError."""
    if mode == Mode.ALL and checked.bad:
        raise BadRows(checked)
    rows = checked.to_write
    if not rows:
        return
    try:
        refused = written_or_refused(checked, rows, by)
    except IntegrityError as error:
        raise IntakeError("核对之后有人改动了同样的内容，没有导入。请重新核对一次。") from error
    if refused:
        refuse_of_service(checked, rows, RowsFault(refused))
        if mode == Mode.ALL:
            raise BadRows(checked)


def written_or_refused(checked: Checked, rows: list[Row], by: User | None) -> dict[int, str]:
    """Write rows; where a service refuses them together, part them until the bad ones stand alone."""
    try:
        with transaction.atomic():
            checked.kind.apply(rows, checked.world, checked.place, by)
    except RowsFault as fault:
        return parted(checked, rows, fault, by)
    return {}


def parted(checked: Checked, rows: list[Row], fault: RowsFault, by: User | None) -> dict[int, str]:
    """Write what is left without the refused rows, or, where all were refused as one, each half by itself."""
    if len(rows) == 1 or (len(fault.rows) == len(rows) and len(rows) > MOST_PARTED):
        return dict(fault.rows)
    if len(fault.rows) < len(rows):
        left = [index for index in range(len(rows)) if index not in fault.rows]
        more = written_or_refused(checked, [rows[index] for index in left], by)
        return dict(fault.rows) | {left[index]: words for index, words in more.items()}
    middle = len(rows) // 2
    first = written_or_refused(checked, rows[:middle], by)
    second = written_or_refused(checked, rows[middle:], by)
    return first | {middle + index: words for index, words in second.items()}


@transaction.atomic
def discard_run(*, run: ImportRun, by: User, at: datetime) -> ImportRun:
    """Set a table aside that was not imported. Raises IntakeError for one that was."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.state in (State.APPLIED, State.APPLYING):
        raise IntakeError("这张表已经导入或正在导入，不能放弃。")
    locked.state = State.DISCARDED
    locked.save(update_fields=["state"])
    record(
        verb="import.discarded", obj_type=OBJECT, obj_id=run.public_id, data={"kind": run.kind}, by=by, at=at
    )
    return locked


def import_file(
    *,
    path: Path,
    kind: Kind,
    place: Place,
    mode: str,
    by: User | None,
    mapping: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Checked:
    """Check and write a file in one go, without keeping it: what the command does. Raises IntakeError, BadRows."""
    with seldom_collected():
        checked = check_file(path, kind, place, mapping=mapping, progress=progress)
        with transaction.atomic():
            progress("写入", checked.total)
            write_rows(checked, mode, by)
    return checked
