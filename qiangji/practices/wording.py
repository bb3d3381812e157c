"""What a text must say before it is handed in, and what it must never hold: private data of persons."""

import re
from dataclasses import dataclass, fields

from django.db.models import F, Value
from django.db.models.functions import Length, StrIndex

from qiangji.lib.typed import typed_words
from qiangji.members.models import Person
from qiangji.orgs.reach import Reach
from qiangji.practices.exceptions import Problem
from qiangji.practices.fields import FIELDS, LIMITS
from qiangji.practices.models import PracticeText

IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)")
SHOWN_NAMES = 5


@dataclass(frozen=True)
class Words:
    """What was typed, cleaned of what no database holds."""

    title: str = ""
    situation: str = ""
    action: str = ""
    outcome: str = ""
    contact_post: str = ""

    @classmethod
    def read(cls, data: "dict[str, str]") -> "Words":
        """Read a form's fields; line ends become one character, so that a limit counts what the page counts."""
        return cls(**{field.name: typed_words(str(data.get(field.name, ""))) for field in fields(cls)})

    @classmethod
    def of(cls, text: PracticeText) -> "Words":
        """Return the words of a stored text."""
        return cls(**{field.name: getattr(text, field.name) for field in fields(cls)})

    def items(self) -> list[tuple[str, str]]:
        """Return name and value of each field."""
        return [(name, getattr(self, name)) for name in FIELDS]


def problems_of(words: Words) -> list[Problem]:
    """Return what keeps words from being stored at all: no title, too long, private data of a person."""
    found = []
    if not words.title:
        found.append(Problem("title", "请写标题，一句话说清做了什么。"))
    for name, value in words.items():
        label = FIELDS[name]
        if len(value) > LIMITS[name]:
            found.append(Problem(name, f"{label}最多 {LIMITS[name]} 字，现在是 {len(value)} 字。"))
        if IDENTITY.search(value):
            found.append(Problem(name, f"{label}里像是有身份证号，请删去：好做法不收个人信息。"))
        if MOBILE.search(value):
            found.append(
                Problem(name, f"{label}里像是有手机号，请删去，改写联系岗位，例如“党办，内线 6021”。")
            )
    return found


def missing_in(words: Words) -> list[Problem]:
    """Return what has to be written before the text is handed in."""
    found = []
    if not words.action:
        found.append(Problem("action", "请写做法：谁牵头、分几步、用到什么，别的单位照着能做。"))
    if not words.outcome:
        found.append(Problem("outcome", "请写成效。"))
    elif not any(character.isdigit() for character in words.outcome):
        found.append(Problem("outcome", "成效要有数字，例如“支部党员大会到会率由 78% 提高到 95%”。"))
    if not words.contact_post:
        found.append(Problem("contact_post", "请写联系岗位，例如“党办”，不写个人姓名和手机号。"))
    return found


def names_in(reach: Reach, words: Words) -> list[str]:
    """Return names of the own register that stand in words, to be looked at before others read them: one statement.

    Only who reads the register is told, and only about persons whose names are open to them.
    """
    written = "\n".join(value for _, value in words.items())
    if not written:
        return []
    rows = Person.objects.visible_to(reach).annotate(
        place=StrIndex(Value(written), F("name")), length=Length("name")
    )
    found = rows.filter(place__gt=0, length__gte=2).order_by("place").values_list("name", flat=True)
    return list(dict.fromkeys(found[: SHOWN_NAMES * 4]))[:SHOWN_NAMES]
