"""What people type about members. Whether it is accepted is decided by the services; no form asks for a reason."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from qiangji.accounts.models import User
from qiangji.members.models import Exemption, FloatingSpell, Member, Person
from qiangji.orgs.forms import DayField
from qiangji.orgs.models import Department, Organization

BLANK = [("", "—")]
YES_NO = [("", "—"), ("true", "是"), ("false", "否")]


class NamedChoice(forms.ModelChoiceField):
    """A row chosen by its public id and shown by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="public_id", **kwargs)


class GroupChoice(NamedChoice):
    """A Party group, shown with the branch it stands in."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.short_name} {obj.short_name}" if obj.parent else obj.short_name


def yes_or_no(text: str) -> bool | None:
    """Read a choice that may be left open."""
    return {"true": True, "false": False}.get(text)


class StatisticsFields(forms.Form):
    """What the yearly intra-Party statistics count of a person; all of it optional."""

    sex = forms.ChoiceField(label="性别（选填）", choices=[*BLANK, *Person.Sex.choices], required=False)
    birth_year = forms.IntegerField(label="出生年份（选填）", min_value=1900, max_value=2100, required=False)
    is_minority = forms.TypedChoiceField(
        label="少数民族（选填）", choices=YES_NO, coerce=yes_or_no, empty_value=None, required=False
    )
    education = forms.ChoiceField(
        label="学历（选填）", choices=[*BLANK, *Person.Education.choices], required=False
    )
    occupation = forms.ChoiceField(
        label="岗位类别（选填）", choices=[*BLANK, *Person.Occupation.choices], required=False
    )


class NewMemberForm(StatisticsFields):
    """One new row of the register."""

    field_order = ["name", "staff_number", "branch", "joined_date", "confirmed_date", "since"]

    name = forms.CharField(label="姓名", max_length=40)
    staff_number = forms.CharField(label="工号", max_length=32, help_text="不要用身份证号或手机号。")
    branch = NamedChoice(label="党支部", queryset=Organization.objects.none())
    group = GroupChoice(label="党小组（选填）", queryset=Organization.objects.none(), required=False)
    joined_date = DayField(label="入党日期")
    confirmed_date = DayField(label="转正日期（预备党员留空）", required=False)
    since = DayField(
        label="编入本支部日期（选填）",
        required=False,
        help_text="留空时按入党日期与支部设立日期中较晚的一天。",
    )
    department = NamedChoice(label="科室（选填）", queryset=Department.objects.none(), required=False)

    def __init__(
        self,
        *args: Any,
        branches: QuerySet[Organization],
        groups: QuerySet[Organization],
        departments: QuerySet[Department],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, branch=branches, group=groups, department=departments)


class PersonForm(StatisticsFields):
    """Corrections of what is held about a member: name, number, dates, statistics."""

    field_order = ["name", "staff_number", "joined_date", "confirmed_date", "department"]

    name = forms.CharField(label="姓名", max_length=40)
    staff_number = forms.CharField(label="工号", max_length=32)
    joined_date = DayField(label="入党日期")
    confirmed_date = DayField(label="转正日期（预备党员留空）", required=False)
    department = NamedChoice(label="科室（选填）", queryset=Department.objects.none(), required=False)

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, department=departments)


class AdjustForm(forms.Form):
    """Another branch or Party group of the hospital from a day on."""

    branch = NamedChoice(label="党支部", queryset=Organization.objects.none())
    group = GroupChoice(label="党小组（选填）", queryset=Organization.objects.none(), required=False)
    start_date = DayField(
        label="起始日期", help_text="原支部到前一天为止；与现支部的起始日期相同时，作为更正。"
    )

    def __init__(
        self,
        *args: Any,
        branches: QuerySet[Organization],
        groups: QuerySet[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, branch=branches, group=groups)


def set_choices(form: forms.Form, **rows: QuerySet) -> None:
    """Say among which rows one may choose."""
    for name, choices in rows.items():
        form.fields[name].queryset = choices  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """The day of confirmation."""

    date = DayField(label="转正日期", help_text="支部党员大会通过转正之日起计算，以批复为准。")


class CeaseForm(forms.Form):
    """The first day without membership, and how in three words."""

    how = forms.ChoiceField(
        label="离开方式", choices=Member.Ceased.choices, help_text="只登记方式，不登记原因。"
    )
    date = DayField(label="自哪一天起不在册")


class ReinstateForm(forms.Form):
    """Why a leaving was recorded wrongly, and the branch of today where the one of then is gone."""

    branch = NamedChoice(label="现在的党支部", queryset=Organization.objects.none())
    reason = forms.CharField(
        label="更正依据",
        max_length=200,
        help_text="写文件、会议或核对情况，如“与介绍信回执核对，登记对象有误”。不写个人原因。",
    )

    def __init__(self, *args: Any, branches: QuerySet[Organization] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if branches is None:
            del self.fields["branch"]
        else:
            set_choices(self, branch=branches)


class ExemptionForm(forms.Form):
    """An approved exemption."""

    duty = forms.ChoiceField(label="免除事项", choices=Exemption.Duty.choices)
    document = forms.CharField(
        label="批准文件", max_length=120, help_text="文号或会议名称和日期。只写文件，不写原因。"
    )
    start_date = DayField(label="起始日期")
    end_date = DayField(label="截止日期")


class EndForm(forms.Form):
    """The last day of something."""

    end_date = DayField(label="结束日期")


class FloatingForm(forms.Form):
    """Floating elsewhere from a day on."""

    direction = forms.ChoiceField(label="方向", choices=FloatingSpell.Direction.choices)
    place = forms.CharField(label="流动地（或来自）党组织", max_length=100)
    start_date = DayField(label="起始日期")


class StartForm(forms.Form):
    """The first day of a registration."""

    start_date = DayField(label="登记日期")


class AccountLinkForm(forms.Form):
    """The account that belongs to a member; empty takes the link away."""

    username = forms.CharField(
        label="用户名（选填）",
        max_length=150,
        required=False,
        help_text="本单位已有账号的用户名；留空则解除关联。",
    )

    def __init__(self, *args: Any, among: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among

    def clean_username(self) -> User | None:
        """Return the account; one of another organization is as unknown as one that does not exist."""
        username = self.cleaned_data["username"].strip()
        if not username:
            return None
        user = self.among.filter(username__iexact=username).first()
        if user is None:
            raise forms.ValidationError(
                f"本单位没有用户名为“{username}”的账号，请检查拼写或请管理员新建账号。"
            )
        return user
