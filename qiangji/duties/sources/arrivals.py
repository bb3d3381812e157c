"""Members whom other hospitals have sent here: to be received before their letter lapses. A number, no names."""

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.members.selectors.transfers import arrivals_waiting

KEY = "arrivals"


def collect(asker: Asker) -> list[Duty]:
    """Return one duty for all members on their way here: one statement."""
    found = arrivals_waiting(asker.reach)
    if found is None:
        return []
    words = "介绍信已发出，接收后编入党支部，也可以退回；期限是最早一封介绍信的有效期"
    return [
        Duty(
            source=KEY,
            title=f"接收组织关系：{found.count} 名党员",
            organization=None,
            due=found.valid_until,
            asks=(
                Ask(
                    "组织关系转接",
                    clause="党员教育管理工作条例：介绍信在有效期内接转（须与原文核对）",
                    words=words,
                ),
            ),
            action=Action("办理", "members:transfers", query=(("box", "in"), ("state", "sent"))),
        )
    ]
