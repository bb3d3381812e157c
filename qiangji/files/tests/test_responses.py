"""What a browser is told about a file, and the handler that stops one which is too big."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.test import RequestFactory

from qiangji.files import kinds
from qiangji.files.exceptions import BytesMissing
from qiangji.files.models import Content
from qiangji.files.responses import serve

BOUNDARY = "limit"


@dataclass
class Hung:
    """An attachment as far as handing it out needs one."""

    content: Content
    filename: str


def hung(kind: kinds.Kind | str, filename: str = "材料.pdf") -> Hung:
    media_type = kind if isinstance(kind, str) else kind.media_type
    content = Content(digest="a" * 64, size=3, media_type=media_type)
    content.location.parent.mkdir(parents=True, exist_ok=True)
    content.location.write_bytes(b"abc")
    return Hung(content, filename)


def headers(attachment: Hung, *, inline: bool) -> dict[str, str]:
    response = serve(attachment, inline=inline)  # type: ignore[arg-type]
    assert response.getvalue() == b"abc"
    response.file_to_stream.close()  # type: ignore[union-attr]
    return dict(response.items())


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.extensions[0])
def test_inline_is_for_images_and_pdf_only(kind):
    shown = headers(hung(kind), inline=True)["Content-Disposition"].startswith("inline")
    assert shown is (kind.family in {"image", "pdf"})


def test_a_download_stays_one():
    assert headers(hung(kinds.PNG), inline=False)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", ""])
def test_a_type_that_is_none_of_ours_is_handed_out_as_bytes(media_type):
    found = headers(hung(media_type, "x.html"), inline=True)
    assert found["Content-Type"] == "application/octet-stream"
    assert found["Content-Disposition"].startswith("attachment")


def test_every_answer_is_caged():
    found = headers(hung(kinds.PNG), inline=True)
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert found["Cache-Control"] == "private, no-store"
    assert found["Content-Length"] == "3"


def test_a_pdf_that_is_shown_loads_nothing_and_is_a_pdf_only():
    found = headers(hung(kinds.PDF), inline=True)
    assert found["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src" not in found["Content-Security-Policy"]
    assert (found["Content-Type"], found["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert headers(hung(kinds.PDF), inline=False)["Content-Security-Policy"].startswith("sandbox")


def test_swept_and_lost_bytes_are_two_messages():
    swept = hung(kinds.PDF)
    swept.content.swept_at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(BytesMissing, match="已按规定清除"):
        serve(swept, inline=True)  # type: ignore[arg-type]
    lost = hung(kinds.PDF)
    lost.content.location.unlink()
    with pytest.raises(BytesMissing, match="从备份恢复"):
        serve(lost, inline=True)  # type: ignore[arg-type]


def multipart(size: int) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    return head.encode() + bytes(size) + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(("size", "arrives"), [(900_000, 900_000), (5_000_000, 1_114_112)])
def test_an_upload_is_cut_just_past_the_limit(settings, size, arrives):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    settings.FILE_UPLOAD_HANDLERS = [
        "qiangji.files.uploads.LimitUploadHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    request = RequestFactory().post("/", data=multipart(size), content_type=content_type)
    [upload] = request.FILES.getlist("files")
    assert isinstance(upload, UploadedFile)
    with upload:
        assert abs(upload.size - arrives) <= 64 * 1024
        assert (upload.size > settings.UPLOAD_MAX_BYTES) is (size > settings.UPLOAD_MAX_BYTES)
