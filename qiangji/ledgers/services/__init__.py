"""What people do with ledgers: the only writers. Dues have a module of their own (``services.dues``)."""

from qiangji.ledgers.services.declarations import (
    DeclarationInput,
    declare,
    declare_many,
    withdraw_declaration,
)
from qiangji.ledgers.services.files import attach_file, detach_file
from qiangji.ledgers.services.planning import (
    end_plan,
    make_due_drafts,
    retire_template,
    save_plan,
    save_template,
)
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
from qiangji.ledgers.services.self_checks import confirm_self_check
from qiangji.ledgers.services.talks import TalkInput, tick_talk, tick_talks, untick_talk

__all__ = [
    "AttendanceInput",
    "DeclarationInput",
    "RecordInput",
    "Saved",
    "TalkInput",
    "attach_file",
    "check_record",
    "confirm_record",
    "confirm_self_check",
    "declare",
    "declare_many",
    "detach_file",
    "end_plan",
    "make_due_drafts",
    "record_input_of",
    "retire_template",
    "save_plan",
    "save_record",
    "save_records",
    "save_template",
    "tick_talk",
    "tick_talks",
    "untick_talk",
    "withdraw_declaration",
    "withdraw_record",
]
