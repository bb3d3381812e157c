"""A branch of 23 members with its committee, as the tests of the ledgers' pages and walks meet it."""

from dataclasses import dataclass

from qiangji.members.models import Member
from qiangji.members.pinyin import search_text
from qiangji.members.tests.factories import make_post, make_tenure, store_members
from qiangji.orgs.models import Body
from qiangji.orgs.tests.factories import Cast, cast

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施"
EVENING = ("branch_members_meeting", "party_class", "theme_party_day")


@dataclass(frozen=True)
class Evening:
    """The cast, and the 23 members of the branch of internal medicine; the first three sit on its committee."""

    people: Cast
    members: list[Member]


def make_evening() -> Evening:
    """Store them with their letters for searching."""
    people = cast()
    members = store_members(people.internal_medicine, [f"{name}小明" for name in SURNAMES])
    for member, kind in zip(members, ("secretary", "deputy", "member"), strict=False):
        make_tenure(make_post(people.internal_medicine, Body.COMMITTEE, kind), member.person)
    for member in members:
        member.person.pinyin = search_text(member.person.name)
        member.person.save(update_fields=["pinyin"])
    return Evening(people, members)


def evening_body(evening: Evening, *, away: int = 5, **more: str) -> dict[str, object]:
    """Return what the form sends: three kinds, the last few on leave, the second speaks."""
    body: dict[str, object] = {
        "kind": list(EVENING),
        "date": "2026-10-15",
        "place": "三楼会议室",
        "host": evening.members[0].person.name,
        "agenda": "学习文件，讨论发展党员。",
        "hours": "2",
        "speaker_kind": "leader",
    }
    for number, member in enumerate(evening.members):
        presence = "leave" if number >= len(evening.members) - away else "present"
        body[f"p-{member.person.public_id}"] = presence
    body[f"k-{evening.members[1].person.public_id}"] = "on"
    return body | more
