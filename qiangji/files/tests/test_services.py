"""Storing once, sweeping what nobody holds, and finding what is not what it should be."""

import hashlib
import io
import json
import os
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.base import File
from django.core.management import call_command
from django.db import connection, transaction

from qiangji.files import services
from qiangji.files.exceptions import FileRefused
from qiangji.files.kinds import PDF
from qiangji.files.models import Content
from qiangji.files.tests import samples

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=365)


def files_below(folder) -> list:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age(path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def store(data: bytes = samples.pdf(), at: datetime = AT) -> Content:  # noqa: B008 (the same bytes every time)
    return services.store(samples.upload(data), at=at)


# ---- storing --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_bytes_lie_under_their_digest(media_root):
    content = store()
    digest = hashlib.sha256(samples.pdf()).hexdigest()
    assert (content.digest, content.size, content.media_type) == (digest, len(samples.pdf()), PDF.media_type)
    assert files_below(media_root) == [media_root / "contents" / digest[:2] / digest]


@pytest.mark.django_db
def test_stored_once(media_root):
    first, second = store(), store(at=LATER)
    assert first.pk == second.pk
    assert second.stored_at == AT
    assert len(files_below(media_root)) == 1


@pytest.mark.django_db
def test_lost_bytes_are_healed_by_the_next_upload():
    content = store()
    content.location.unlink()
    store()
    assert content.location.read_bytes() == samples.pdf()


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(settings, media_root):
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    with pytest.raises(FileRefused, match="超过 3 MB"):
        store(samples.pdf("x" * 3 * 1024 * 1024))
    assert files_below(media_root) == []
    assert not Content.objects.exists()


@pytest.mark.django_db
def test_an_upload_that_breaks_off_leaves_nothing(media_root):
    class Broken(File):
        def chunks(self, chunk_size=None):
            yield samples.pdf()
            raise ConnectionResetError("gone")

    with pytest.raises(FileRefused, match="没能存下"):
        services.store(Broken(io.BytesIO(), name="a.pdf"), at=AT)
    assert files_below(media_root) == []


@pytest.mark.django_db
def test_a_full_disk_is_told_in_words(monkeypatch, media_root):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services.os, "replace", full)
    with pytest.raises(FileRefused, match="系统管理员"):
        store()
    assert files_below(media_root) == []
    assert not Content.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_storing_the_same_bytes_at_once_store_them_once(media_root):
    barrier = Barrier(6)
    outcomes: list[int | Exception] = []

    def work() -> None:
        try:
            barrier.wait()
            outcomes.append(store().pk)
        except Exception as error:  # a thread's error must reach the test
            outcomes.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Content.objects.get().pk] * 6
    assert len(files_below(media_root)) == 1


# ---- sweeping ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_nothing_refers_to_goes_after_the_set_time(settings, media_root):
    content = store()
    days = settings.SWEEP_AFTER_DAYS
    assert services.sweep(at=AT + timedelta(days=days)).removed == 0
    swept = services.sweep(at=AT + timedelta(days=days, seconds=1))
    assert (swept.removed, swept.freed_bytes) == (1, content.size)
    assert files_below(media_root) == []
    assert not Content.objects.exists()


@pytest.mark.django_db
def test_a_second_sweep_finds_nothing():
    store()
    services.sweep(at=LATER)
    assert services.sweep(at=LATER) == services.Swept()


@pytest.mark.django_db
def test_strays_and_leftovers_go_when_old(media_root):
    kept = store(at=LATER)
    stray = media_root / "contents" / "ab" / ("ab" * 32)
    leftover = media_root / "incoming" / "x.part"
    stray.parent.mkdir(parents=True)
    for path in (stray, leftover):
        path.write_bytes(b"half")
        age(path, LATER - timedelta(minutes=1))
    assert services.sweep(at=LATER) == services.Swept()
    for path in (stray, leftover):
        age(path, AT)
    swept = services.sweep(at=LATER)
    assert (swept.strays, swept.leftovers, swept.freed_bytes) == (1, 1, 8)
    assert files_below(media_root) == [kept.location]
    assert Content.objects.count() == 1


@pytest.mark.django_db
def test_a_stray_whose_bytes_are_being_stored_is_left_alone():
    content = store()
    assert services.remove_stray(content.location, at=LATER) is False
    assert content.location.exists()


@pytest.mark.django_db
def test_a_sweep_asks_again_under_the_lock(monkeypatch):
    content = store()
    monkeypatch.setattr(services, "unheld", lambda *, since: Content.objects.none())
    swept = services.Swept()
    services.sweep_content(content.pk, since=LATER, at=LATER, swept=swept)
    assert swept == services.Swept()
    assert content.location.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_waits_for_whoever_is_attaching():
    """Bytes that somebody keeps in an open transaction are there when it commits, whoever sweeps meanwhile."""
    content = store()
    kept = Barrier(2)
    errors: list[Exception] = []

    def sweeper() -> None:
        try:
            kept.wait()
            services.sweep(at=LATER)
        except Exception as error:  # a thread's error must reach the test
            errors.append(error)
        finally:
            connection.close()

    thread = Thread(target=sweeper)
    thread.start()
    with transaction.atomic(), services.received(samples.upload(samples.pdf())) as incoming:
        again = services.keep(incoming, at=LATER)
        Content.objects.filter(pk=again.pk).update(stored_at=LATER)
        kept.wait()
    thread.join()
    assert errors == []
    assert Content.objects.get().pk == content.pk
    assert content.location.exists()


# ---- checking -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_faults_are_found():
    whole, lost, changed = store(), store(samples.pdf("b")), store(samples.pdf("c"))
    lost.location.unlink()
    changed.location.write_bytes(b"x" * changed.size)
    assert services.find_faults() == [
        services.Fault(lost.digest, "文件不在磁盘上"),
        services.Fault(changed.digest, "文件内容与摘要不符"),
    ]
    assert whole.location.exists()


@pytest.mark.django_db
def test_verify_command_reports_and_exits(capsys):
    store()
    call_command("files", "verify", "--json")
    assert json.loads(capsys.readouterr().out) == {"checked": 1, "faults": []}
    Content.objects.get().location.unlink()
    with pytest.raises(SystemExit) as exit_status:
        call_command("files", "verify", "--json")
    printed = capsys.readouterr()
    assert exit_status.value.code == 1
    assert json.loads(printed.out)["faults"][0]["problem"] == "文件不在磁盘上"
    assert "请从备份恢复" in printed.err


@pytest.mark.django_db
def test_sweep_command_prints_one_document(capsys):
    store(at=datetime(2020, 1, 1, tzinfo=UTC))
    call_command("sweep", "--json")
    assert json.loads(capsys.readouterr().out)["removed"] == 1
    call_command("sweep")
    assert "删除 0 个" in capsys.readouterr().out
