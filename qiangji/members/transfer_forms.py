"""What is typed about transfers of affiliation 组织关系转接. Whether it is accepted is decided by the services."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy

from qiangji.members.models import Transfer
from qiangji.members.placing import keeps_members
from qiangji.members.services.transfers import LONGEST
from qiangji.orgs.forms import DayField, OrganizationField
from qiangji.orgs.models import Department, Organization

Kind = Organization.Kind


class HospitalField(OrganizationField):
    """A hospital-level organization anywhere in the system: where a member goes is rarely in one's own reach."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["hx-get"] = reverse_lazy("members:transfer_targets")


class SendForm(forms.Form):
    """A new letter of introduction."""

    target = HospitalField(label="转入单位（系统内，选填）", required=False)
    outside = forms.CharField(
        label="转入单位（系统外，选填）",
        max_length=100,
        required=False,
        help_text="转入单位不使用本系统的，写党组织名称；收到回执后登记。",
    )
    letter_number = forms.CharField(label="介绍信编号（选填）", max_length=60, required=False)
    sent_date = DayField(label="开出日期")
    valid_days = forms.IntegerField(
        label="有效期（天）",
        min_value=1,
        max_value=LONGEST,
        initial=LONGEST,
        help_text=f"最长 {LONGEST} 天。",
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hospitals = Organization.objects.on(day).filter(kind=Kind.HOSPITAL)
        self.fields["target"].among = hospitals  # type: ignore[attr-defined]


class ReceiveForm(forms.Form):
    """Where a member who arrives belongs from now on."""

    branch = forms.ModelChoiceField(
        label="编入党支部", queryset=Organization.objects.none(), empty_label="请选择"
    )
    group = forms.ModelChoiceField(
        label="党小组（选填）", queryset=Organization.objects.none(), required=False, empty_label="—"
    )
    staff_number = forms.CharField(
        label="本院工号", max_length=32, required=False, help_text="本院人员名单中已有工号的，可以留空。"
    )
    department = forms.ModelChoiceField(
        label="科室（选填）", queryset=Department.objects.none(), required=False, empty_label="—"
    )
    received_date = DayField(label="接收日期", help_text="从这一天起计入本院；前一天及以前由转出单位负责。")

    def __init__(self, *args: Any, hospital: Organization, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = Organization.objects.on(day).below(hospital)
        branches = [row.pk for row in nodes if keeps_members(row)]
        self.fields["branch"].queryset = nodes.filter(pk__in=branches)  # type: ignore[attr-defined]
        self.fields["group"].queryset = nodes.filter(kind=Kind.PARTY_GROUP)  # type: ignore[attr-defined]
        departments = hospital.departments.filter(end_date__isnull=True)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """Why a transfer goes back to its sender."""

    reason = forms.CharField(
        label="退回原因",
        max_length=200,
        help_text="转出单位会看到，例如“介绍信编号有误”。涉密信息不得录入。",
    )
    date = DayField(label="退回日期")


class CancelForm(forms.Form):
    """A transfer withdrawn by its sender."""

    reason = forms.CharField(label="撤回原因（选填）", max_length=200, required=False)
    date = DayField(label="撤回日期")


class ConcludeForm(forms.Form):
    """The receipt slip of an organization outside the system."""

    receipt_date = DayField(label="回执日期", help_text="从这一天起不再计入本单位。")
    leaves_employer = forms.BooleanField(
        label="同时离开本单位",
        required=False,
        initial=True,
        help_text="离退休党员只转组织关系、仍在本单位管理的，取消勾选。",
    )


class BoxForm(forms.Form):
    """Which transfers the list shows."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("overdue", "已超期"), *Transfer.State.choices],
    )
