"""Storing, sweeping and checking contents: the one writer of ``Content`` rows and of the bytes beside them.

Row and bytes must never contradict each other for somebody who attaches. So the order is fixed: whoever
stores or removes bytes first holds the content's row (or claims its digest by inserting one), then touches
the file, then commits. A crash in between leaves a file without a row, which the next sweep takes away, never
a row that promises bytes that are not there.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from qiangji.files import kinds, names
from qiangji.files.exceptions import FileRefused
from qiangji.files.models import Content, Holder

logger = logging.getLogger(__name__)

DIGEST_LENGTH = 64
LEFTOVER_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Incoming:
    """An upload that was written to a temporary file, judged, and not yet kept."""

    path: Path
    digest: str
    size: int
    kind: kinds.Kind
    filename: str


@dataclass
class Swept:
    """What a sweep did. ``removed``: content and row; ``cleared``: bytes only, the row stays for history."""

    removed: int = 0
    cleared: int = 0
    strays: int = 0
    leftovers: int = 0
    freed_bytes: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True)
class Fault:
    """A content whose bytes are not what its row promises."""

    digest: str
    problem: str


@contextmanager
def received(upload: File) -> Iterator[Incoming]:
    """Write an upload to a temporary file and judge it; the file is gone afterwards unless it was kept.

    Raises FileRefused for a file that is too big, empty, of another kind, damaged, encrypted or with macros.
    """
    with written(upload) as (path, digest, size):
        with path.open("rb") as stream:
            kind = kinds.recognize(stream, size)
        filename = names.with_extension(upload.name or "", kind.extensions)
        yield Incoming(path=path, digest=digest, size=size, kind=kind, filename=filename)


@contextmanager
def received_text(upload: File) -> Iterator[Incoming]:
    """Receive plain text that the caller has read and found in order; it is only ever handed out as a download.

    Raises FileRefused for text that is too big or empty.
    """
    with written(upload) as (path, digest, size):
        if not size:
            raise FileRefused("文件是空的。请确认选对了文件。")
        filename = names.clean_name(upload.name or "")
        yield Incoming(path=path, digest=digest, size=size, kind=kinds.TEXT, filename=filename)


@contextmanager
def written(upload: File) -> Iterator[tuple[Path, str, int]]:
    """Write an upload to a temporary file: its path, digest and size; gone afterwards unless it was kept."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".part", dir=folder)
    except OSError as error:
        raise not_written(error) from error
    path = Path(name)
    try:
        digest, size = write(upload, handle)
        yield path, digest, size
    finally:
        path.unlink(missing_ok=True)


def write(upload: File, handle: int) -> tuple[str, int]:
    """Write the upload's bytes through to the disk and return their digest and number."""
    seal = hashlib.sha256()
    size = 0
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > settings.UPLOAD_MAX_BYTES:
                    raise FileRefused(too_big())
                seal.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise not_written(error) from error
    return seal.hexdigest(), size


def too_big() -> str:
    """Return the refusal of a file over the limit."""
    limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    return f"文件超过 {limit} MB。请压缩图片、降低扫描分辨率，或拆成几个文件上传。"


def not_written(error: OSError) -> FileRefused:
    """Log why the disk refused and return what the person is told."""
    logger.error("an upload could not be written: %s", error)
    return FileRefused("服务器没能存下这个文件。请稍后重试；仍不行，请联系系统管理员检查磁盘。")


@transaction.atomic
def keep(incoming: Incoming, *, at: datetime) -> Content:
    """Store a received file once and return its content, whose row stays locked until the transaction ends.

    Call it inside the transaction that attaches the content, so that no sweep comes between the two.
    """
    content, _ = Content.objects.select_for_update().get_or_create(
        digest=incoming.digest,
        defaults={"size": incoming.size, "media_type": incoming.kind.media_type, "stored_at": at},
    )
    if content.is_swept:
        content.swept_at = None
        content.stored_at = at
        content.save(update_fields=["swept_at", "stored_at"])
    try:
        put_in_place(incoming.path, content)
    except OSError as error:
        raise not_written(error) from error
    return content


def put_in_place(path: Path, content: Content) -> None:
    """Move received bytes to where the content's are expected, unless they are there already."""
    target = content.location
    if target.exists() and target.stat().st_size == content.size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    write_through(target.parent)
    write_through(target.parent.parent)


def write_through(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store(upload: File, *, at: datetime) -> Content:
    """Receive and keep a file in one go. Raises FileRefused."""
    with received(upload) as incoming:
        return keep(incoming, at=at)


def holders() -> list[type[Holder]]:
    """Return every concrete kind of row that names contents, of all installed apps."""
    return [model for model in apps.get_models() if issubclass(model, Holder)]


def unheld(*, since: datetime) -> QuerySet[Content]:
    """Return contents stored before a moment whose bytes nothing holds any more."""
    contents = Content.objects.filter(swept_at__isnull=True, stored_at__lt=since)
    for model in holders():
        contents = contents.exclude(Exists(model.holding(since=since).filter(content=OuterRef("pk"))))
    return contents


def sweep(*, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None) -> Swept:
    """Remove bytes that nothing has held for the set time, files without a row, and leftovers of broken uploads.

    Safe beside uploads and beside another sweep; run twice, the second finds nothing to do.
    """
    since = at - timedelta(days=settings.SWEEP_AFTER_DAYS)
    swept = Swept()
    candidates = list(unheld(since=since).values_list("pk", flat=True))
    for done, key in enumerate(candidates, start=1):
        sweep_content(key, since=since, at=at, swept=swept)
        progress(done, len(candidates))
    sweep_strays(since=since, at=at, swept=swept)
    sweep_leftovers(before=at - LEFTOVER_AFTER, swept=swept)
    return swept


@transaction.atomic
def sweep_content(key: int, *, since: datetime, at: datetime, swept: Swept) -> None:
    """Remove one content's bytes, asking again under its lock whether anything holds it."""
    content = Content.objects.select_for_update().filter(pk=key).first()
    # A second statement, so that it sees what whoever held the lock before us has committed.
    if content is None or not unheld(since=since).filter(pk=key).exists():
        return
    content.location.unlink(missing_ok=True)
    swept.freed_bytes += content.size
    if any(model._default_manager.filter(content=content).exists() for model in holders()):
        content.swept_at = at
        content.save(update_fields=["swept_at"])
        swept.cleared += 1
    else:
        content.delete()
        swept.removed += 1


def sweep_strays(*, since: datetime, at: datetime, swept: Swept) -> None:
    """Remove files that no row names: what a crash between file and commit, or an older restore, left behind."""
    for folder in sorted((Path(settings.MEDIA_ROOT) / "contents").glob("??")):
        known = set(
            Content.objects.filter(
                digest__gte=folder.name, digest__lt=folder.name + "g", swept_at__isnull=True
            ).values_list("digest", flat=True)
        )
        for path in sorted(folder.iterdir()):
            if path.name in known or len(path.name) != DIGEST_LENGTH or not is_older(path, since):
                continue
            size = path.stat().st_size
            if remove_stray(path, at=at):
                swept.strays += 1
                swept.freed_bytes += size


def remove_stray(path: Path, *, at: datetime) -> bool:
    """Remove a file without a row while claiming its digest, so that nobody stores the same bytes meanwhile."""
    try:
        with transaction.atomic():
            claim = Content.objects.create(digest=path.name, size=1, media_type="", stored_at=at)
            path.unlink(missing_ok=True)
            claim.delete()
    except IntegrityError:
        # Somebody has just stored these bytes, or the row says they were swept: then it is the row's matter.
        return False
    return True


def sweep_leftovers(*, before: datetime, swept: Swept) -> None:
    """Remove temporary files of uploads that a crash cut short."""
    for path in (Path(settings.MEDIA_ROOT) / "incoming").glob("*.part"):
        if is_older(path, before):
            swept.freed_bytes += path.stat().st_size
            path.unlink(missing_ok=True)
            swept.leftovers += 1


def is_older(path: Path, moment: datetime) -> bool:
    """Say whether a file was last written before a moment."""
    return path.stat().st_mtime < moment.timestamp()


def find_faults(*, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Fault]:
    """Compare every content's bytes on disk with its digest, and find attachments that lost their bytes."""
    contents = Content.objects.filter(swept_at__isnull=True).order_by("pk")
    total = contents.count()
    faults = []
    for done, content in enumerate(contents.iterator(), start=1):
        problem = problem_of(content)
        # A sweep may have come by since the row was read.
        if problem and Content.objects.filter(pk=content.pk, swept_at__isnull=True).exists():
            faults.append(Fault(content.digest, problem))
        progress(done, total)
    for model in holders():
        lost = model.in_use().filter(content__swept_at__isnull=False)
        for digest in lost.values_list("content__digest", flat=True).distinct():
            faults.append(Fault(digest, f"{model._meta.verbose_name}仍在使用，内容却已清除"))
    return faults


def problem_of(content: Content) -> str:
    """Return in Chinese what is wrong with a content's bytes; empty where nothing is."""
    try:
        with content.location.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return "文件不在磁盘上"
    except OSError as error:
        return f"文件读不出来：{error.strerror}"
    return "" if found == content.digest else "文件内容与摘要不符"
