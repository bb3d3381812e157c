"""Set up the seats 职务 of an organization's bodies and end those that are not needed any more.

Who sits in them is a ``Tenure`` (members), which also refuses to end a seat that is held.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.states import lock

Kind = Organization.Kind
DAY = timedelta(days=1)
BATCH = 500
OBJECT = "post"
FACT = "post"

HOUSES = AUTHORITIES | {Kind.HOSPITAL}

# Where a body exists, and which posts it has.
PLACES: dict[str, frozenset[str]] = {
    Body.COMMITTEE: frozenset(Kind.values),
    Body.DISCIPLINE: HOUSES | {Kind.GENERAL_BRANCH},
    Body.ADMINISTRATION: HOUSES,
    Body.OFFICE: HOUSES,
    Body.MASS: HOUSES | {Kind.GENERAL_BRANCH, Kind.BRANCH},
}
POSTS: dict[str, tuple[str, ...]] = {
    Body.COMMITTEE: (
        Post.Kind.SECRETARY,
        Post.Kind.DEPUTY_SECRETARY,
        Post.Kind.MEMBER,
        Post.Kind.GROUP_LEADER,
    ),
    Body.DISCIPLINE: (Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY, Post.Kind.MEMBER),
    Body.ADMINISTRATION: (Post.Kind.PRESIDENT, Post.Kind.VICE_PRESIDENT, Post.Kind.HEAD),
    Body.OFFICE: (Post.Kind.HEAD, Post.Kind.WORKER),
    Body.MASS: (Post.Kind.HEAD, Post.Kind.MEMBER),
}
SINGLE = frozenset({Post.Kind.SECRETARY, Post.Kind.PRESIDENT})


@dataclass(frozen=True)
class NewPost:
    """What must be known of a seat to set it up. ``position`` 0 puts it after those that the body has."""

    organization: Organization
    body: str
    kind: str
    start_date: date
    duty: str = ""
    is_full_time: bool = False
    position: int = 0


@transaction.atomic
def set_up_posts(*, rows: Sequence[NewPost], by: User | None, at: datetime) -> list[Post]:
    """Set up seats: a constant number of statements per five hundred.

    Refuses (OrganizationError) a body that the organization does not have, a post that the body does not have, a second
    secretary or president, and days in the future or outside the organization's life.
    """
    lock({row.organization.pk for row in rows})
    for row in rows:
        check_new(row, at)
    refuse_second_heads(rows)
    taken = last_positions(rows)
    posts = []
    for row in rows:
        key = (row.organization.pk, row.body)
        if not row.position:
            taken[key] += 1
        posts.append(
            Post(
                organization=row.organization,
                body=row.body,
                kind=row.kind,
                duty=row.duty.strip(),
                is_full_time=row.is_full_time,
                position=row.position or taken[key],
                start_date=row.start_date,
            )
        )
    Post.objects.bulk_create(posts, batch_size=BATCH)
    Event.objects.bulk_create([set_up_event(post, by, at) for post in posts], batch_size=BATCH)
    note_changes(changes=[(FACT, post.organization_id, post.start_date) for post in posts], at=at)
    return posts


def set_up_event(post: Post, by: User | None, at: datetime) -> Event:
    """Return the first event of a new seat."""
    return event(
        verb="post.set_up",
        obj_type=OBJECT,
        obj_id=post.public_id,
        data={
            "organization": post.organization.code,
            "body": post.body,
            "kind": post.kind,
            "duty": post.duty,
            "is_full_time": post.is_full_time,
            "start_date": post.start_date.isoformat(),
        },
        by=by,
        at=at,
        sequence=1,
    )


def check_new(row: NewPost, at: datetime) -> None:
    """Refuse a seat whose body, kind or day does not fit the organization."""
    organization = row.organization
    body = Body(row.body).label
    if organization.kind not in PLACES[row.body]:
        label = Organization.Kind(organization.kind).label
        raise OrganizationError(f"“{organization.short_name}”是{label}，不设{body}的职务。")
    if row.kind not in POSTS[row.body]:
        allowed = "、".join(Post.Kind(kind).label for kind in POSTS[row.body])
        raise OrganizationError(f"{body}没有“{Post.Kind(row.kind).label}”这个职务，可设{allowed}。")
    if (row.kind == Post.Kind.GROUP_LEADER) != (organization.kind == Kind.PARTY_GROUP):
        raise OrganizationError(f"“{organization.short_name}”：党小组只设组长，组长只设在党小组。")
    if row.start_date > local_day(at):
        raise OrganizationError(f"设置日期 {row.start_date} 晚于今天，请在当日或之后登记。")
    if row.start_date < organization.start_date:
        raise OrganizationError(
            f"设置日期早于“{organization.short_name}”的设立日期 {organization.start_date}，请改用之后的日期。"
        )
    if organization.end_date is not None and row.start_date > organization.end_date:
        raise OrganizationError(
            f"“{organization.short_name}”已于 {organization.end_date} 撤销，不能再设职务。"
        )


def refuse_second_heads(rows: Sequence[NewPost]) -> None:
    """Refuse a second secretary of a body, or a second president, on any day."""
    wanted = Counter((row.organization.pk, row.body, row.kind) for row in rows if row.kind in SINGLE)
    first = {(row.organization.pk, row.body, row.kind): row for row in rows if row.kind in SINGLE}
    keys = sorted({key[0] for key in wanted})
    for start in range(0, len(keys), BATCH):
        chunk = Post.objects.filter(organization__in=keys[start : start + BATCH], kind__in=SINGLE)
        for post in chunk:
            key = (post.organization_id, post.body, post.kind)
            if key in first and (post.end_date is None or post.end_date >= first[key].start_date):
                wanted[key] += 1
    for key, times in wanted.items():
        if times > 1:
            row = first[key]
            raise OrganizationError(
                f"“{row.organization.short_name}”{Body(row.body).label}已有{Post.Kind(row.kind).label}的职务，"
                "换人请在原职务上登记任职，不必另设。"
            )


def last_positions(rows: Sequence[NewPost]) -> Counter[tuple[int, str]]:
    """Return the last position of each body that gets seats."""
    keys = sorted({row.organization.pk for row in rows})
    taken: Counter[tuple[int, str]] = Counter()
    for start in range(0, len(keys), BATCH):
        chunk = Post.objects.filter(organization__in=keys[start : start + BATCH])
        for organization_id, body, position in chunk.values_list("organization_id", "body", "position"):
            key = (organization_id, body)
            taken[key] = max(taken[key], position)
    return taken


@transaction.atomic
def end_post(*, post: Post, end_date: date, by: User | None, at: datetime) -> Post:
    """End a seat with a day, which is its last. Refuses (OrganizationError) an ended one and impossible days.

    A seat that somebody holds is ended by ``members.services.tenures.close_post``, which ends the tenure as well.
    """
    lock({post.organization_id})
    row = Post.objects.get(pk=post.pk)
    if row.end_date is not None:
        raise OrganizationError(f"“{row.title}”这个职务已于 {row.end_date} 撤销。")
    if end_date < row.start_date:
        raise OrganizationError(f"撤销日期不能早于设置日期 {row.start_date}。")
    if end_date > local_day(at):
        raise OrganizationError(f"撤销日期 {end_date} 晚于今天，请在当日或之后登记。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    data = {"end_date": end_date.isoformat()}
    record(verb="post.ended", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, row.organization_id, end_date + DAY)], at=at)
    return row
