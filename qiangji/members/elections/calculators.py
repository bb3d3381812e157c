"""The arithmetic of elections: seats, candidates, who has to come, how many votes elect. Pure and exact.

Each figure names its source as the library holds it; all national ones are marked there as to be checked against the
original text, so what is said on screen carries the clause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARGIN_PERCENT = 20
QUORUM_PERCENT = 80
CONGRESS_FROM = 500
BRANCH_COMMITTEE_FROM = 7

MARGIN_BASIS = "基层组织选举工作条例：差额不少于应选人数的 20%（须与原文核对）"
QUORUM_BASIS = "基层组织选举工作条例：到会不少于应到会人数的五分之四（须与原文核对）"
VOTES_BASIS = "赞成票须超过半数；以应到会还是实到会人数为基数，以现行选举条例原文为准（须核对）"
CONGRESS_BASIS = "基层组织选举工作条例第四条：党员 500 名以上或驻地分散，经批准可开代表大会"


@dataclass(frozen=True)
class SeatRange:
    """How many seats a body may have: from ``least`` to ``usual``, at the very most ``most``; and which clause says so."""

    least: int
    usual: int
    most: int
    basis: str

    def judge(self, seats: int) -> str:
        """Say in words what is off with a number of seats; empty where it is within the usual.

        >>> SeatRange(5, 9, 9, "…").judge(7), SeatRange(3, 5, 7, "…").judge(6)
        ('', '6 人超过一般人数 5 人，须说明理由。')
        """
        if seats < self.least:
            return f"{seats} 人少于 {self.least} 人，须说明理由。"
        if seats > self.most:
            return f"{seats} 人多于 {self.most} 人，须说明理由。"
        if seats > self.usual:
            return f"{seats} 人超过一般人数 {self.usual} 人，须说明理由。"
        return ""


def seats_allowed(form: str, body: str, full_members: int) -> SeatRange | None:
    """Return how many seats a body of an organization may have; None where no figure is held.

    ``form`` is what the organization is: ``committee``, ``general_branch`` or ``branch``; ``body`` is ``committee`` or
    ``discipline``. A branch of fewer than seven full members has no committee: a secretary, and a deputy if needed.

    >>> seats_allowed("committee", "committee", 320).least, seats_allowed("branch", "committee", 6).most
    (5, 2)
    >>> seats_allowed("general_branch", "committee", 60) is None
    True
    """
    if body == "discipline":
        return SeatRange(3, 7, 7, "附件 2（吉林）组织设置 4：纪委委员一般 3—7 人")
    if form == "committee":
        return SeatRange(5, 9, 9, "附件 2（吉林）组织设置 2：党委委员一般 5—9 人")
    if form == "general_branch":
        return None
    if full_members < BRANCH_COMMITTEE_FROM:
        basis = "支部工作条例：正式党员不足 7 人的支部设书记 1 人，必要时设副书记 1 人（须与原文核对）"
        return SeatRange(1, 2, 2, basis)
    basis = "支部工作条例第二十一条：支委会 3—5 人，一般不超过 7 人（须与原文核对）"
    return SeatRange(3, 5, 7, basis)


def candidates_needed(seats: int, margin_percent: int = MARGIN_PERCENT) -> int:
    """Return how many candidates stand at least: the seats and a margin on top, rounded up.

    >>> candidates_needed(7), candidates_needed(5), candidates_needed(1)
    (9, 6, 2)
    """
    return seats + share_up(seats, margin_percent)


def quorum(entitled: int, percent: int = QUORUM_PERCENT) -> int:
    """Return how many of those entitled have to come before the meeting may elect.

    >>> quorum(100), quorum(23), quorum(4)
    (80, 19, 4)
    """
    return share_up(entitled, percent)


def votes_needed(people: int) -> int:
    """Return the least number of votes that is more than half.

    >>> votes_needed(23), votes_needed(24)
    (12, 13)
    """
    return people // 2 + 1


def share_up(number: int, percent: int) -> int:
    """Return a percentage of a whole number, rounded up, without fractions in between.

    >>> share_up(7, 20), share_up(5, 20)
    (2, 1)
    """
    return -(-number * percent // 100)


@dataclass(frozen=True)
class Count:
    """What a count of votes decides: who is elected, who is tied for the last seats, how many seats stay open."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    open_seats: int


def count_votes(votes: Mapping[str, int], *, seats: int, needed: int) -> Count:
    """Decide an election by votes: those with enough votes, by number, until the seats are full.

    A tie that reaches over the last seat elects none of the tied: they are voted on again.

    >>> count_votes({"a": 20, "b": 15, "c": 15, "d": 3}, seats=2, needed=12)
    Count(elected=('a',), tied=('b', 'c'), open_seats=1)
    """
    ranked = sorted((name for name in votes if votes[name] >= needed), key=lambda name: -votes[name])
    if len(ranked) <= seats:
        return Count(tuple(ranked), (), seats - len(ranked))
    limit = votes[ranked[seats]]
    elected = tuple(name for name in ranked[:seats] if votes[name] > limit)
    if votes[ranked[seats - 1]] > limit:
        return Count(elected, (), 0)
    tied = tuple(name for name in ranked if votes[name] == limit)
    return Count(elected, tied, seats - len(elected))


def ballot_problems(
    *, entitled: int, present: int, sent: int, returned: int, valid: int, votes: Sequence[int], seats: int
) -> list[str]:
    """Say in words what cannot be in the figures of a meeting; empty where all fit together.

    >>> ballot_problems(entitled=23, present=18, sent=18, returned=18, valid=18, votes=[18], seats=1)
    ['到会 18 人，应到 23 人，不足五分之四（19 人），本次会议不能选举，请另行召集。']
    """
    problems = []
    if present > entitled:
        problems.append(f"到会 {present} 人多于应到 {entitled} 人，请核对人数。")
    elif present < quorum(entitled):
        problems.append(
            f"到会 {present} 人，应到 {entitled} 人，不足五分之四（{quorum(entitled)} 人），本次会议不能选举，请另行召集。"
        )
    if sent > present:
        problems.append(f"发出选票 {sent} 张多于到会 {present} 人，请核对。")
    if returned > sent:
        problems.append(f"收回选票 {returned} 张多于发出 {sent} 张，选举无效，须重新选举。")
    if valid > returned:
        problems.append(f"有效票 {valid} 张多于收回 {returned} 张，请核对。")
    if any(one > valid for one in votes):
        problems.append(f"有候选人得票多于有效票 {valid} 张，请核对。")
    if sum(votes) > valid * seats:
        problems.append(f"得票合计 {sum(votes)} 多于有效票 {valid} 张乘应选 {seats} 人，请核对。")
    return problems
