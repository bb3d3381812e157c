"""The letter of introduction of a transfer as a file."""

from datetime import datetime

from qiangji.members.models import Transfer
from qiangji.reports.kinds import safe_file_name
from qiangji.reports.transfer_letters.contents import letter_of
from qiangji.reports.transfer_letters.writer import write_letter


def build(transfer: Transfer, *, at: datetime) -> bytes:
    """Return a transfer's letter as .docx."""
    return write_letter(letter_of(transfer), at=at)


def file_name(transfer: Transfer) -> str:
    """Return the letter's file name, without the member's name: files lie about."""
    number = transfer.letter_number or transfer.sent_date.isoformat()
    return safe_file_name(f"组织关系介绍信 {number}.docx")
