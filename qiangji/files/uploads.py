"""An upload handler that stops a file at the limit while it is still arriving.

Django writes an upload to the temporary folder before any view can look at its size. Placed first in
``FILE_UPLOAD_HANDLERS``, this one lets a file through until it has passed the limit and then drops the rest:
the disk keeps at most one chunk more than allowed, and the service that receives the file still sees that it
was too big.
"""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class LimitUploadHandler(FileUploadHandler):
    """Drop what comes after ``UPLOAD_MAX_BYTES`` of each file."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.UPLOAD_MAX_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
