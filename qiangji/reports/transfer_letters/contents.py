"""What stands in a letter of introduction, as plain data: only what the register holds, and lines to fill in by hand."""

from dataclasses import dataclass
from datetime import date

from qiangji.ledgers.models import DuesPayment
from qiangji.lib.dates import day_text
from qiangji.members.models import Transfer
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import hospital_of

BLANK_NUMBER = "（未编号）"
BLANK_MONTH = "　　年　　月"
BLANK_DAY = "　　年　　月　　日"


@dataclass(frozen=True)
class TransferLetter:
    """One letter. ``dues_until`` is the last month for which dues were recorded, None where none were."""

    number: str
    name: str
    sex: str
    status: str
    sender: str
    branch: str
    destination: str
    sent_date: date
    valid_days: int
    dues_until: date | None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The stub's lines, kept by the sender."""
        return [
            ("编　　号", self.number),
            ("姓　　名", f"{self.name}{f'（{self.sex}）' if self.sex else ''}"),
            ("党员身份", self.status),
            ("原党支部", self.branch),
            ("转往单位", self.destination),
            ("党费交至", self.dues_words),
            ("有效天数", f"{self.valid_days}天"),
            ("开出日期", day_text(self.sent_date)),
        ]

    @property
    def dues_words(self) -> str:
        """Until which month dues were paid; a line to fill in where nothing is recorded."""
        return f"{self.dues_until.year}年{self.dues_until.month}月" if self.dues_until else BLANK_MONTH

    @property
    def text(self) -> str:
        """The letter itself."""
        who = f"{self.name}同志{f'（{self.sex}）' if self.sex else ''}"
        return (
            f"兹有{who}，{self.status}，原在{self.branch}，因工作或生活地点变动，组织关系转往你处，"
            f"党费已交至{self.dues_words}，请予接收。"
        )

    @property
    def receipt(self) -> str:
        """The receipt slip, which the receiver fills in and sends back."""
        return f"你处转来的{self.name}同志的组织关系已于{BLANK_DAY}接收，编入　　　　　　　　　党支部。"


def letter_of(transfer: Transfer) -> TransferLetter:
    """Read what a transfer's letter says: three statements at most."""
    member = transfer.member
    hospital: Organization = hospital_of(transfer.source) or transfer.source
    confirmed = member.confirmed_date
    is_full = confirmed is not None and confirmed <= transfer.sent_date
    paid = DuesPayment.objects.filter(member=member, paid_date__lte=transfer.sent_date)
    return TransferLetter(
        number=transfer.letter_number or BLANK_NUMBER,
        name=member.person.name,
        sex=member.person.get_sex_display(),
        status="中共正式党员" if is_full else "中共预备党员",
        sender=hospital.name,
        branch=transfer.source.name,
        destination=transfer.target.name if transfer.target else transfer.outside,
        sent_date=transfer.sent_date,
        valid_days=(transfer.valid_until - transfer.sent_date).days + 1,
        dues_until=paid.order_by("-month").values_list("month", flat=True).first(),
    )
