"""The papers of an election as downloads: one per recorded step that has one."""

from datetime import datetime

from django.conf import settings

from qiangji.lib.dates import local_day
from qiangji.members.elections.services import case_of
from qiangji.members.models import Election
from qiangji.reports.election_letters.contents import Letter, Source, letter_of
from qiangji.reports.election_letters.writer import write_letter
from qiangji.reports.kinds import safe_file_name


def draft(election: Election, kind: str, *, with_names: bool, at: datetime) -> Letter:
    """Return a step's paper; raises KeyError where the step is not recorded or has none."""
    case = case_of(election, today=local_day(at))
    source = Source(case, kind, settings.ELECTION_REQUEST_MONTHS, with_names=with_names)
    return letter_of(source)


def build(letter: Letter, *, at: datetime) -> bytes:
    """Return a paper as .docx."""
    return write_letter(letter, at=at)


def file_name(election: Election, letter: Letter) -> str:
    """Return the paper's file name: whose it is and what it is."""
    return safe_file_name(f"{election.organization.name}{letter.title}.docx")
