"""Long imports: a process of their own, watched through a locked file, so that a restart never leaves one "running".

The parent opens and locks the file and hands it to the child. While the child lives, the lock is held; whoever can take
the lock knows that the child is gone, however it ended. Progress is written into the same file and not into the
database, whose one write lock (SQLite) the import itself holds.
"""

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

from django.conf import settings

from qiangji.accounts.models import User
from qiangji.intake.checking import Progress
from qiangji.intake.exceptions import IntakeError
from qiangji.intake.models import ImportRun
from qiangji.intake.services.runs import apply_run, check_run
from qiangji.orgs.reach import reach_of

AT_ONCE_BYTES = 250_000  # about 4,000 rows: a few seconds
State = ImportRun.State
WORKING = (State.CHECKING, State.APPLYING)
DIED = "处理在中途停止（服务器可能重新启动过），没有改动任何数据。请再试一次。"


@dataclass(frozen=True)
class Stand:
    """How far a long import is."""

    stage: str
    done: int


def watch_file(run: ImportRun) -> Path:
    """Where the state of a run's process is."""
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run.public_id}.json"


def begin(*, run: ImportRun, state: str, mode: str, by: User, at: datetime) -> ImportRun:
    """Check or apply a run: a small one at once, a large one in a process of its own. Raises IntakeError."""
    if run.content is None or run.content.size <= AT_ONCE_BYTES:
        return carry_out(run=run, state=state, mode=mode, by=by, at=at)
    started = ImportRun.objects.filter(pk=run.pk).exclude(state__in=[*WORKING, State.APPLIED])
    if not started.update(state=state, mode=mode):
        raise IntakeError("这张表正在处理，请等它结束。")
    start_process(run, by)
    run.refresh_from_db()
    return run


def carry_out(
    *, run: ImportRun, state: str, mode: str, by: User, at: datetime, progress: Progress | None = None
) -> ImportRun:
    """Do what a state says, here and now. Raises IntakeError."""
    reach = reach_of(by, at=at)
    tell = progress or (lambda stage, done: None)
    if state == State.CHECKING:
        return check_run(run=run, reach=reach, at=at, progress=tell)
    return apply_run(run=run, mode=mode, reach=reach, by=by, at=at, progress=tell)


def start_process(run: ImportRun, by: User) -> None:
    """Start the process and hand it the locked file."""
    # A new file each time: the process of the step before may hold the old one a moment longer than it worked.
    watch_file(run).unlink(missing_ok=True)
    handle = os.open(watch_file(run), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        command = [sys.executable, "-m", "qiangji", "carry_out_import", str(run.public_id), str(by.public_id)]
        process = subprocess.Popen(
            [*command, "--watch", str(handle)],
            pass_fds=(handle,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # Somebody has to hear that it ended, or it stays in the system's list of processes.
        Thread(target=process.wait, daemon=True).start()
    except OSError as error:
        ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED, counts={"reason": DIED})
        raise IntakeError("服务器没能开始处理，请稍后再试；仍不行请联系系统管理员。") from error
    finally:
        os.close(handle)


def teller(handle: int) -> Progress:
    """Return a way to write how far it is into the watched file."""

    def tell(stage: str, done: int) -> None:
        os.pwrite(handle, json.dumps([stage, done]).ljust(80).encode("ascii"), 0)

    return tell


def stand_of(run: ImportRun) -> Stand | None:
    """Return how far a run's process is; None where it is gone."""
    try:
        handle = os.open(watch_file(run), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return read_stand(os.pread(handle, 200, 0))
    finally:
        os.close(handle)
    return None


def read_stand(data: bytes) -> Stand:
    """Read what the process wrote last; nothing yet counts as just begun."""
    try:
        stage, done = json.loads(data)
    except ValueError:
        return Stand("准备", 0)
    return Stand(stage, done)


def settle(run: ImportRun) -> Stand | None:
    """Return how far a working run is, or write down that its process died."""
    stand = stand_of(run)
    if stand is None:
        run.refresh_from_db()
        if run.state in WORKING:
            reason = {"reason": DIED, "died": True}
            ImportRun.objects.filter(pk=run.pk, state__in=WORKING).update(state=State.FAILED, counts=reason)
            run.refresh_from_db()
    return stand
