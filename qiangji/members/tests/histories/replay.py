"""Generated histories: each event is done by the services, and noted plainly beside them, to be replayed for any day.

The replay is dictionaries and a loop, and knows nothing of dated rows: what it says of a day is what the selectors are
held against.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from qiangji.members.models import Member, Tenure
from qiangji.members.services.membership import adjust_branch, cease_membership
from qiangji.members.services.reinstating import reinstate_member
from qiangji.members.services.reorganizing import Part, abolish, merge, split
from qiangji.members.services.transfers import conclude_outside, receive_transfer, send_transfer
from qiangji.members.tests.factories import make_member, make_post, make_tenure
from qiangji.orgs.models import Organization, Post
from qiangji.orgs.services import NewOrganization, move_organization, rename_organization
from qiangji.orgs.tests.factories import SINCE, Cast, make_organization

Kind = Organization.Kind
AT = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOBODY = 0


@dataclass
class State:
    """What holds on one day, as plainly as it can be said: everything by ids."""

    branch_of: dict[int, int] = field(default_factory=dict)
    full: set[int] = field(default_factory=set)
    parent_of: dict[int, int | None] = field(default_factory=dict)
    name_of: dict[int, str] = field(default_factory=dict)
    holder_of: dict[int, int] = field(default_factory=dict)

    def below(self, top: int) -> set[int]:
        """Return a node and all below it."""
        found = {top} & self.parent_of.keys()
        while True:
            more = {key for key, parent in self.parent_of.items() if parent in found} - found
            if not more:
                return found
            found |= more


Change = Callable[[State], None]


@dataclass
class History:
    """A province in which things happen, one event a day at most, and the plain notes of them."""

    people: Cast
    notes: list[tuple[date, Change]] = field(default_factory=list)
    branches: list[Organization] = field(default_factory=list)
    uppers: list[Organization] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    gone: list[tuple[Member, date, int, bool]] = field(default_factory=list)
    made: int = 0

    def note(self, day: date, change: Change) -> None:
        self.notes.append((day, change))

    def on(self, day: date) -> State:
        """Return the state of a day: every event up to it, played again from nothing."""
        state = State()
        for noted, change in self.notes:
            if noted <= day:
                change(state)
        return state

    def now(self) -> State:
        return self.on(date.max)

    def home(self, branch: Organization) -> Organization:
        """Return the hospital of a branch by its present path."""
        mine = Organization.objects.get(pk=branch.pk).path
        hospitals = (self.people.hospital_a, self.people.hospital_b)
        return next(one for one in hospitals if mine.startswith(one.path))


def begin(people: Cast) -> History:
    """Return a history in which two hospitals stand, each with a general branch and three branches with a post."""
    history = History(people)
    for hospital in (people.hospital_a, people.hospital_b):
        general = make_organization(hospital, Kind.GENERAL_BRANCH, name=f"{hospital.short_name}门诊总支")
        history.uppers += [hospital, general]
        history.branches += [
            make_organization(hospital, name=f"{hospital.short_name}一支部"),
            make_organization(hospital, name=f"{hospital.short_name}二支部"),
            make_organization(general, name=f"{hospital.short_name}三支部"),
        ]
    history.posts = [make_post(branch) for branch in history.branches]
    standing = {row.pk: (row.parent_id, row.name) for row in Organization.objects.all()}

    def founded(state: State) -> None:
        state.parent_of |= {key: parent for key, (parent, _) in standing.items()}
        state.name_of |= {key: name for key, (_, name) in standing.items()}

    history.note(SINCE, founded)
    return history


def pick(rows: Sequence, number: int):  # type: ignore[no-untyped-def]  # the row's own type
    return rows[number % len(rows)]


def join(history: History, day: date, one: int, other: int) -> None:
    branch = pick(history.branches, one)
    member = make_member(branch, f"党员{one}", start_date=day, joined_date=day, confirmed_date=None)
    history.members.append(member)
    history.note(day, lambda state: state.branch_of.__setitem__(member.pk, branch.pk))


def confirm(history: History, day: date, one: int, other: int) -> None:
    waiting = [row for row in history.members if row.pk not in history.now().full]
    if waiting:
        member = pick(waiting, one)
        Member.objects.filter(pk=member.pk).update(confirmed_date=day)
        history.note(day, lambda state: state.full.add(member.pk))


def belonging(history: History) -> list[Member]:
    return [row for row in history.members if row.pk in history.now().branch_of]


def adjust(history: History, day: date, one: int, other: int) -> None:
    if not belonging(history):
        return
    member = pick(belonging(history), one)
    old = Organization.objects.get(pk=history.now().branch_of[member.pk])
    near = [row for row in history.branches if row != old and history.home(row) == history.home(old)]
    if near:
        branch = Organization.objects.get(pk=pick(near, other).pk)
        adjust_branch(member=Member.objects.get(pk=member.pk), branch=branch, start_date=day, by=None, at=AT)
        history.note(day, lambda state: state.branch_of.__setitem__(member.pk, branch.pk))


def transfer(history: History, day: date, one: int, other: int) -> None:
    if not belonging(history):
        return
    member = pick(belonging(history), one)
    old = Organization.objects.get(pk=history.now().branch_of[member.pk])
    far = [row for row in history.branches if history.home(row) != history.home(old)]
    if not far:
        return
    branch = Organization.objects.get(pk=pick(far, other).pk)
    sent = send_transfer(
        member=member, target=history.home(branch), sent_date=day - DAY, valid_days=9, by=None, at=AT
    )
    receive_transfer(
        transfer=sent, branch=branch, staff_number=f"N{member.pk}-{day}", received_date=day, by=None, at=AT
    )
    history.note(day, lambda state: moved_away(state, member, branch.pk))


def moved_away(state: State, member: Member, branch: int | None) -> None:
    """What leaving a hospital means: another branch or none, and no post any more."""
    if branch is None:
        state.branch_of.pop(member.pk)
        state.full.discard(member.pk)
    else:
        state.branch_of[member.pk] = branch
    for post, holder in list(state.holder_of.items()):
        if holder == member.person_id:
            state.holder_of.pop(post)


def leave(history: History, day: date, one: int, other: int) -> None:
    if belonging(history):
        member = pick(belonging(history), one)
        sent = send_transfer(
            member=member, target=None, outside="某街道", sent_date=day - DAY, valid_days=9, by=None, at=AT
        )
        conclude_outside(transfer=sent, receipt_date=day, by=None, at=AT)
        history.note(day, lambda state: moved_away(state, member, None))


def cease(history: History, day: date, one: int, other: int) -> None:
    """Record somebody as having left; the post is not given up by that."""
    if belonging(history):
        member = pick(belonging(history), one)
        cease_membership(member=member, date=day, how="other", by=None, at=AT)
        was_full = member.pk in history.now().full
        left = history.now().branch_of[member.pk]
        history.gone.append((member, day, left, was_full))
        history.note(day, lambda state: off_register(state, member.pk))


def off_register(state: State, member: int) -> None:
    state.branch_of.pop(member)
    state.full.discard(member)


def take_back(history: History, day: date, one: int, other: int) -> None:
    """Take a leaving back: the member was there all the time, in the branch of then or what became of it."""
    if not history.gone:
        return
    member, since, left, was_full = history.gone.pop(one % len(history.gone))
    branch = Organization.objects.get(pk=left)
    near = [row for row in history.branches if history.home(row) == history.home(branch)]
    ended = branch.end_date
    into = Organization.objects.get(pk=pick(near, other).pk) if ended is not None else None
    follows = max(since, ended + DAY) if ended is not None else since
    if into is not None and into.start_date > follows:
        history.gone.append((member, since, left, was_full))
        return
    reinstate_member(member=member, reason="登记有误", branch=into, by=None, at=AT)

    def back(state: State) -> None:
        state.branch_of[member.pk] = left
        if was_full:
            state.full.add(member.pk)

    history.note(since, back)
    if into is not None:
        history.note(follows, lambda state: state.branch_of.__setitem__(member.pk, into.pk))


def move(history: History, day: date, one: int, other: int) -> None:
    branch = Organization.objects.get(pk=pick(history.branches, one).pk)
    places = [row for row in history.uppers if history.home(row) == history.home(branch)]
    target = Organization.objects.get(pk=pick(places, other).pk)
    if branch.parent_id != target.pk:
        move_organization(organization=branch, parent=target, start_date=day, by=None, at=AT)
        history.note(day, lambda state: state.parent_of.__setitem__(branch.pk, target.pk))


def rename(history: History, day: date, one: int, other: int) -> None:
    node = pick(history.branches + history.uppers, one)
    history.made += 1
    name = f"新名{history.made}"
    rename_organization(organization=node, name=name, short_name=name, start_date=day, by=None, at=AT)
    history.note(day, lambda state: state.name_of.__setitem__(node.pk, name))


def appoint(history: History, day: date, one: int, other: int) -> None:
    if not belonging(history):
        return
    post, member = pick(history.posts, one), pick(belonging(history), other)
    home = history.home(post.organization)
    if history.home(Organization.objects.get(pk=history.now().branch_of[member.pk])) != home:
        return
    Tenure.objects.filter(post=post, end_date=None).update(end_date=day - DAY)
    make_tenure(post, member.person, start_date=day)
    history.note(day, lambda state: state.holder_of.__setitem__(post.pk, member.person_id))


def join_branches(history: History, day: date, one: int, other: int) -> None:
    gone = Organization.objects.get(pk=pick(history.branches, one).pk)
    near = [row for row in history.branches if row != gone and history.home(row) == history.home(gone)]
    if not near:
        return
    into = Organization.objects.get(pk=pick(near, other).pk)
    posts = {post.pk for post in history.posts if post.organization_id == gone.pk}
    merge(organizations=[gone], into=into, first_day=day, by=None, at=AT)

    def merged(state: State) -> None:
        for member, branch in state.branch_of.items():
            state.branch_of[member] = into.pk if branch == gone.pk else branch
        vanish(state, gone.pk, posts)

    history.note(day, merged)
    forget(history, gone)


def vanish(state: State, gone: int, posts: set[int]) -> None:
    """What the end of a branch means."""
    state.parent_of.pop(gone)
    state.name_of.pop(gone)
    for post in posts:
        state.holder_of.pop(post, NOBODY)


def forget(history: History, gone: Organization) -> None:
    history.branches = [row for row in history.branches if row.pk != gone.pk]
    history.posts = [post for post in history.posts if post.organization_id != gone.pk]


def part_branch(history: History, day: date, one: int, other: int) -> None:
    old = Organization.objects.select_related("parent").get(pk=pick(history.branches, one).pk)
    here = sorted(key for key, branch in history.now().branch_of.items() if branch == old.pk)
    going = frozenset(here[: other % (len(here) + 1)])
    history.made += 1
    name = f"新支部{history.made}"
    upper = old.parent.code if old.parent else None
    new = NewOrganization(f"S-{history.made}", Kind.BRANCH, name, name, day, parent=upper)
    posts = {post.pk for post in history.posts if post.organization_id == old.pk}
    [made] = split(
        organization=old, parts=[Part(new, members=going)], ends=False, first_day=day, by=None, at=AT
    )
    people = {row.person_id for row in history.members if row.pk in going}

    def parted(state: State) -> None:
        state.parent_of[made.pk], state.name_of[made.pk] = old.parent_id, name
        state.branch_of |= dict.fromkeys(going, made.pk)
        for post in posts:
            if state.holder_of.get(post) in people:
                state.holder_of.pop(post)

    history.note(day, parted)
    history.branches.append(made)


def close_branch(history: History, day: date, one: int, other: int) -> None:
    empty = [row for row in history.branches if row.pk not in history.now().branch_of.values()]
    if len(empty) < 1 or len(history.branches) < 4:
        return
    gone = pick(empty, one)
    posts = {post.pk for post in history.posts if post.organization_id == gone.pk}
    abolish(organization=gone, last_day=day - DAY, by=None, at=AT)
    history.note(day, lambda state: vanish(state, gone.pk, posts))
    forget(history, gone)


EVENTS = (
    join,
    confirm,
    adjust,
    transfer,
    leave,
    cease,
    take_back,
    move,
    rename,
    appoint,
    join_branches,
    part_branch,
    close_branch,
)
