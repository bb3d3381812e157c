"""Help asked of whoever ordered a rectification, and its answer: two steps of the history (domain §7, 12)."""

from datetime import datetime

from django.db import transaction

from qiangji.orgs.reach import Reach
from qiangji.rectification.exceptions import Locked, Refused
from qiangji.rectification.models import Rectification
from qiangji.rectification.services.moves import clean, locked, note, open_help, require
from qiangji.rectification.states import ANSWER_HELP, ASK_HELP, OPEN, Side


@transaction.atomic
def ask_help(
    *, reach: Reach, row: Rectification, words: str, seen_version: int, at: datetime
) -> Rectification:
    """Ask whoever ordered a rectification for help with what the organization cannot mend by itself.

    Raises NotAllowed; Locked where it is over, was changed since it was seen, or help that was asked for waits for its
    answer; Refused without words.
    """
    stored = locked(row, seen_version)
    require(reach, stored, Side.OWN, "请求上级帮助")
    if stored.state not in OPEN:
        raise Locked("这项整改已经结束，不能再请求帮助。")
    if open_help(stored) is not None:
        raise Locked("上一次请求还没有答复；需要补充的，请在答复以后再提。")
    note(stored, ASK_HELP, words=_said(words, "请写明需要上级帮助什么。"), by=reach.user, at=at)
    return stored


@transaction.atomic
def answer_help(
    *, reach: Reach, row: Rectification, words: str, seen_version: int, at: datetime
) -> Rectification:
    """Answer what was asked for, also after the rectification is over. Raises NotAllowed; Locked where nothing waits; Refused."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.ORDERER, "答复求助")
    if open_help(stored) is None:
        raise Locked("没有等待答复的求助。")
    note(
        stored,
        ANSWER_HELP,
        words=_said(words, "请写明答复：怎样帮助、由谁、到什么时候，或为什么不能。"),
        by=reach.user,
        at=at,
    )
    return stored


def _said(words: str, why: str) -> str:
    words = clean(words)
    if not words:
        raise Refused(why)
    return words
