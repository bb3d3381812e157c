"""What the organizer of a spot check types: the plan of a draw, the seed, a reason, a team, an assignment."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from qiangji.accounts.models import User
from qiangji.assessments.forms import date_field
from qiangji.assessments.models import Draw, Inspection, Team
from qiangji.assessments.services.teams import REASON_LIMIT
from qiangji.orgs.models import Organization

PERCENT = Decimal(100)


def percent_field(label: str, help_text: str, *, required: bool = True) -> forms.DecimalField:
    """Return a field for a share in per cent, with two decimals at most."""
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=PERCENT,
        max_digits=5,
        decimal_places=2,
        required=required,
        help_text=help_text,
    )


class DrawForm(forms.Form):
    """The plan of a draw. The documents leave the ratio open, so nothing is proposed unless the cycle names one."""

    organizer = forms.ModelChoiceField(label="抽查单位", queryset=Organization.objects.none())
    plan_number = forms.CharField(
        label="批准文件文号",
        max_length=60,
        help_text="抽查方案的文号；没有另行发文的，就是本周期方案的文号。",
    )
    population = forms.ChoiceField(
        label="抽取范围", error_messages={"invalid_choice": "请从所列的抽取范围中选择。"}
    )
    ratio = percent_field(
        "抽查比例（%）", "文件写“按一定比例”，没有定数，由抽查单位决定；每层按比例进一取整，至少一个。"
    )
    strata = forms.MultipleChoiceField(
        label="分层（可不选）",
        choices=Draw.Division.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="分层后每一层都按同一比例抽取。",
    )
    risk_ratio = percent_field(
        "重点比例（%，可不填）", "在列为重点的组织中另抽的比例，单独公布，不影响随机部分。", required=False
    )
    risks = forms.CharField(
        label="列为重点的组织（可不填）",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个：组织代码，空格，理由。例如：DH003 上年整改未完成。",
    )

    def __init__(
        self,
        *args: Any,
        organizers: QuerySet[Organization],
        populations: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["population"].choices = populations  # type: ignore[attr-defined]
        field = self.fields["organizer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = organizers

    def clean_risks(self) -> dict[str, str]:
        """Read a code and a reason from every line."""
        found: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["risks"].splitlines(), start=1):
            code, _, reason = line.strip().replace("\t", " ").partition(" ")
            if not code:
                continue
            if not reason.strip():
                raise forms.ValidationError(f"第 {number} 行“{code}”没有写理由，请在代码后空一格写明。")
            found[code] = reason.strip()[:300]
        return found

    def fractions(self) -> dict[str, Decimal | None]:
        """Return the shares as fractions of one."""
        data = self.cleaned_data
        return {
            name: data[name] / PERCENT if data[name] is not None else None for name in ("ratio", "risk_ratio")
        }


class SeedForm(forms.Form):
    """The seed that was agreed in public, and how."""

    seed = forms.CharField(
        label="种子", max_length=200, help_text="现场掷骰子的点数、当日彩票开奖号码等，原样填写。"
    )
    seed_source = forms.CharField(
        label="种子怎样产生", max_length=200, help_text="例如：三人各掷一次骰子，何人见证。"
    )


class TeamForm(forms.Form):
    """A team with its days and members; the first one chosen as lead leads."""

    name = forms.CharField(label="组名", max_length=40)
    start_date = date_field("起")
    end_date = date_field("止", "到这一天为止，组员能看到分派给本组的考评表；之后自动看不到。")
    members = forms.ModelMultipleChoiceField(
        label="组员", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    lead = forms.ModelChoiceField(label="组长", queryset=User.objects.none())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("members", "lead"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people


class TeamEndForm(forms.Form):
    """Another last day of a team, and why."""

    end_date = date_field("新的结束日期", "到这一天为止，组员能看到分派给本组的考评表。")
    reason = forms.CharField(
        label="理由", max_length=REASON_LIMIT, help_text="例如：因天气原因，第二院的实地检查顺延一周。"
    )


class MemberForm(forms.Form):
    """Who joins a team."""

    member = forms.ModelChoiceField(
        label="组员",
        queryset=User.objects.none(),
        error_messages={
            "invalid_choice": "请从所列的人中选择；没有列出的，请系统管理员先授予抽查组成员的岗位。"
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = people


class AssignForm(forms.Form):
    """Which team goes to a drawn organization, when, and how."""

    team = forms.ModelChoiceField(label="抽查组", queryset=Team.objects.none())
    visit_date = date_field("计划日期")
    methods = forms.MultipleChoiceField(
        label="方式",
        choices=Inspection.Method.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Inspection.Method.RECORDS, Inspection.Method.VISIT],
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = teams
