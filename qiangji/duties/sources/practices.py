"""Good practices 好做法 that wait for the review of one's own body, the longest waiting first."""

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission
from qiangji.practices.models import PracticeText
from qiangji.practices.selectors.library import waiting_texts

KEY = "practices"


def collect(asker: Asker) -> list[Duty]:
    """Return the practices that this person reviews, a duty each: one statement, none for who reviews nothing."""
    if not asker.reach.nodes_with(Permission.REVIEW_PRACTICE, own=False):
        return []
    return [duty_of(text) for text in waiting_texts(asker.reach)]


def duty_of(text: PracticeText) -> Duty:
    """Return one text as a duty; no day is set for it."""
    criterion = text.criterion
    return Duty(
        source=KEY,
        title="审定好做法",
        organization=text.practice.organization,
        due=None,
        asks=(
            Ask(
                criterion.edition.standard.title, code=criterion.code, title=criterion.title, words=text.title
            ),
        ),
        action=Action("审定", "practices:one", (text.practice.public_id,)),
        key=str(text.practice.public_id),
    )
