"""What happened: records of activities and registers, who was there, and when a ledger is said to be complete."""

from qiangji.ledgers.models.declarations import Declaration
from qiangji.ledgers.models.dues import DuesPayment
from qiangji.ledgers.models.plans import RecordTemplate, RecurringPlan
from qiangji.ledgers.models.records import Attendance, Record, RecordChange, RecordFile, RecordKind
from qiangji.ledgers.models.talks import HeartTalk

__all__ = [
    "Attendance",
    "Declaration",
    "DuesPayment",
    "HeartTalk",
    "Record",
    "RecordChange",
    "RecordFile",
    "RecordKind",
    "RecordTemplate",
    "RecurringPlan",
]
