"""What administrators type about the tree and about accounts. Whether it is accepted is decided by the services."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy

from qiangji.accounts.models import Complaint, User
from qiangji.orgs.authorization import ROLES, title_of
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.placing import kinds_under, roles_at
from qiangji.orgs.querysets import OrganizationQuerySet

SEPARATOR = " · "
CODE = RegexValidator(r"^[A-Za-z0-9-]+\Z", "代码只能用字母、数字和连字符。")


class DayField(forms.DateField):
    """A day, picked from the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class OrganizationField(forms.CharField):
    """An organization, typed as code or name; the browser offers matches while one types (``orgs:options``).

    ``among`` is set by the form: the organizations from which one may choose.
    """

    among: OrganizationQuerySet = Organization.objects.none()

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "list": "organization-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("orgs:options"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#organization-options",
        }
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs.setdefault("help_text", "输入代码或名称，从提示中选取。")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the organization; refuse what names none or more than one."""
        text = super().clean(value)
        if not text:
            return None
        found = list(
            self.among.filter(Q(code=text.split(SEPARATOR)[0].strip()) | Q(name=text) | Q(short_name=text))[
                :2
            ]
        )
        if not found:
            raise forms.ValidationError(f"没有找到“{text}”，请从提示中选取，或输入完整的代码。")
        if len(found) > 1:
            raise forms.ValidationError(f"有多个组织叫“{text}”，请输入代码。")
        return found[0]


def option_text(organization: Organization) -> str:
    """Return how an organization is offered while one types; ``OrganizationField`` reads the code back."""
    return f"{organization.code}{SEPARATOR}{organization.name}"


class OrganizationForm(forms.Form):
    """A new organization under a given parent."""

    kind = forms.ChoiceField(label="类别")
    form = forms.ChoiceField(
        label="组织形式（选填）",
        choices=[("", "—"), *Organization.Form.choices],
        required=False,
        help_text="院级党组织须选，其他类别不选。",
    )
    level = forms.ChoiceField(
        label="层级（选填）", choices=[("", "—"), *Organization.Level.choices], required=False
    )
    code = forms.CharField(
        label="代码",
        max_length=32,
        validators=[CODE],
        help_text="终身不变，不再分配给其他组织；可用字母、数字和连字符。",
    )
    name = forms.CharField(label="名称", max_length=100, help_text="党组织全称，例如“某某市第二医院党委”。")
    short_name = forms.CharField(label="简称", max_length=30, help_text="列表中显示，最多 30 字。")
    is_public = forms.BooleanField(
        label="公立医院及其党组织",
        required=False,
        initial=True,
        help_text="民营医院不计入公立医院的各项比率。",
    )
    start_date = DayField(label="设立日期")

    def __init__(self, *args: Any, parent: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(kind, Organization.Kind(kind).label) for kind in kinds_under(parent.kind)]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label="新名称", max_length=100)
    short_name = forms.CharField(label="新简称", max_length=30)
    start_date = DayField(label="启用日期", help_text="原名称保留为曾用名，到启用日期前一天为止。")


class MoveForm(forms.Form):
    """Another parent from a day on."""

    parent = OrganizationField(label="新上级")
    start_date = DayField(label="起始日期", help_text="原隶属关系到起始日期前一天为止；下级随同移动。")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].among = among  # type: ignore[attr-defined]


class OversightForm(forms.Form):
    """A supervising or guiding authority from a day on."""

    kind = forms.ChoiceField(label="关系", choices=Oversight.Kind.choices)
    overseer = OrganizationField(label="主管或指导单位")
    start_date = DayField(label="起始日期", help_text="设置新的主管单位时，原主管关系到起始日期前一天为止。")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["overseer"].among = among  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of a relation or a role."""

    end_date = DayField(label="结束日期")


def role_choices(kind: str) -> list[tuple[str, str]]:
    """Return the roles that have a seat at a kind of node, each with what it is for."""
    return [(name, f"{title_of(name)}：{ROLES[name].purpose}") for name in roles_at(kind)]


class RoleForm(forms.Form):
    """A role at a given node for an account that exists and that this administrator looks after."""

    username = forms.CharField(
        label="用户名", max_length=150, help_text="已有账号的用户名。没有账号的，请先新建账号。"
    )
    role = forms.ChoiceField(label="角色")
    start_date = DayField(label="起始日期")

    def __init__(self, *args: Any, organization: Organization, among: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among
        self.fields["role"].choices = role_choices(organization.kind)  # type: ignore[attr-defined]

    def clean_username(self) -> User:
        """Return the account; one that belongs to others is as unknown as one that does not exist."""
        username = self.cleaned_data["username"].strip()
        user = self.among.filter(username__iexact=username).first()
        if user is None:
            raise forms.ValidationError(
                f"您管理的范围内没有用户名为“{username}”的账号。请检查拼写，或先新建账号；"
                "其他单位的账号请由共同上级的系统管理员授予。"
            )
        return user


class PlaceForm(forms.Form):
    """The first question about a new account: where its holder sits."""

    organization = OrganizationField(label="所在组织")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].among = among  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """A new account with its first role at a given node."""

    name = forms.CharField(label="姓名", max_length=40)
    username = forms.CharField(
        label="用户名", max_length=150, help_text="建议用工号；不要用身份证号或手机号。登录时使用，不能再改。"
    )
    role = forms.ChoiceField(label="角色")
    start_date = DayField(label="起始日期")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(organization.kind)  # type: ignore[attr-defined]


class DeactivateForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(
        label="停用原因", max_length=200, help_text="例如“调离”“岗位调整”。涉密信息不得录入。"
    )


class AnswerForm(forms.Form):
    """The answer to a complaint."""

    answer = forms.CharField(
        label="答复",
        max_length=Complaint._meta.get_field("answer").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="提出人会看到答复；答复后不再改动。涉密信息不得录入。",
    )
