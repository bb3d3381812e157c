"""Handing out an attachment: as a download, or shown in the browser where that can do no harm.

Who uploaded it chose the bytes, so the answer leaves the browser no choice: the media type is ours and is not
to be guessed again, nothing in it may run or load, and no cache keeps it.
"""

from typing import Protocol

from django.http import FileResponse

from qiangji.files.exceptions import BytesMissing
from qiangji.files.kinds import BY_MEDIA_TYPE, PDF
from qiangji.files.models import Content

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SANDBOX = f"sandbox; {NOTHING}"
# Viewers of some phones show an empty page for a PDF in a sandbox, and older ones need the two extra words for their
# own frame around it. A PDF is never run as a page of this site, whatever is in it.
FOR_PDF = f"{NOTHING}; style-src 'unsafe-inline'; object-src 'self'"


class Named(Protocol):
    """A content under a name: an attachment, or another row that holds a file."""

    @property
    def content(self) -> Content: ...

    @property
    def filename(self) -> str: ...


def serve(attachment: Named, *, inline: bool) -> FileResponse:
    """Return the attachment's bytes under its name; ``inline`` is granted to images and PDF only.

    Raises BytesMissing where the content was swept or is not on disk.
    """
    content = attachment.content
    if content.is_swept:
        raise BytesMissing("文件已按规定清除。")
    kind = BY_MEDIA_TYPE.get(content.media_type)
    shown = inline and kind is not None and kind.is_inline
    try:
        stream = content.location.open("rb")
    except FileNotFoundError as error:
        raise BytesMissing("文件不在服务器上，请联系系统管理员从备份恢复。") from error
    response = FileResponse(
        stream,
        as_attachment=not shown,
        filename=attachment.filename,
        content_type=kind.media_type if kind is not None else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FOR_PDF if shown and kind is PDF else SANDBOX
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
