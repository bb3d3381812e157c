"""What people do with ledgers. Dues have a module of their own (``services.dues``)."""

from qiangji.ledgers.services.records import (
    AttendanceInput,
    RecordInput,
    Saved,
    check_record,
    confirm_record,
    record_input_of,
    save_record,
    save_records,
    withdraw_record,
)

__all__ = [
    "AttendanceInput",
    "RecordInput",
    "Saved",
    "check_record",
    "confirm_record",
    "record_input_of",
    "save_record",
    "save_records",
    "withdraw_record",
]
