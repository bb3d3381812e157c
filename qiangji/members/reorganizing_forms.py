"""What is typed about abolishing, merging and splitting. Whether it is accepted is decided by the services."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from qiangji.orgs.forms import CODE, DayField
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.services.organizations import NewOrganization


class AbolishForm(forms.Form):
    """The last day of an organization."""

    last_day = DayField(label="撤销日期", help_text="这一天是最后一天；名称、职务、任期和账号授权随之结束。")
    document = forms.CharField(label="依据文件（选填）", max_length=120, required=False)


class SuccessorForm(forms.Form):
    """Who takes over: an organization that exists, or a new one set up on the day."""

    into = forms.ModelChoiceField(
        label="接续组织（已有，选填）",
        queryset=Organization.objects.none(),
        required=False,
        empty_label="—",
        help_text="由已有组织接续的，在此选择；新设组织接续的留空，填下面三项。",
    )
    code = forms.CharField(
        label="新组织代码（选填）", max_length=32, required=False, validators=[CODE], help_text="终身不变。"
    )
    name = forms.CharField(label="新组织名称（选填）", max_length=100, required=False)
    short_name = forms.CharField(label="新组织简称（选填）", max_length=30, required=False)
    first_day = DayField(
        label="接续日期", help_text="从这一天起由接续组织负责；原组织到前一天为止，历史保留。"
    )
    document = forms.CharField(label="依据文件（选填）", max_length=120, required=False)

    def __init__(
        self, *args: Any, organization: Organization, among: OrganizationQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["into"].queryset = among  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for an existing successor or for all of a new one, and not for both."""
        data = super().clean() or {}
        new = [data.get(name, "") for name in ("code", "name", "short_name")]
        if data.get("into") and any(new):
            raise forms.ValidationError("接续组织只能有一个：选择已有组织，或填写新组织，不能都填。")
        if not data.get("into") and not all(new):
            raise forms.ValidationError("请选择已有的接续组织，或把新组织的代码、名称、简称填全。")
        return data

    def successor(self) -> Organization | NewOrganization:
        """Return who takes over, after validation."""
        data = self.cleaned_data
        if data["into"] is not None:
            chosen: Organization = data["into"]
            return chosen
        like = self.organization
        return NewOrganization(
            code=data["code"],
            kind=like.kind,
            name=data["name"],
            short_name=data["short_name"],
            start_date=data["first_day"],
            parent=like.parent.code if like.parent else None,
            form=like.form,
            level=like.level,
            is_public=like.is_public,
        )


class MergeForm(SuccessorForm):
    """Which organizations merge with this one, and into what."""

    others = forms.ModelMultipleChoiceField(
        label="一并并入的其他组织（选填）",
        queryset=Organization.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("others", "into", "code", "name", "short_name", "first_day", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].queryset = self.fields["into"].queryset  # type: ignore[attr-defined]


class SplitForm(SuccessorForm):
    """What passes to a successor: departments with their members, and nodes below; the rest stays."""

    departments = forms.ModelMultipleChoiceField(
        label="划出的科室（选填）",
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="在这些科室工作的党员随同划出。",
    )
    children = forms.ModelMultipleChoiceField(
        label="划出的下级组织（选填）",
        queryset=Organization.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="党小组的党员随同划出。",
    )
    field_order = ("departments", "children", "into", "code", "name", "short_name", "first_day", "document")

    def __init__(
        self, *args: Any, departments: QuerySet[Department], children: OrganizationQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("departments", departments), ("children", children)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows.exists():
                self.fields[name].widget = forms.MultipleHiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask for something that passes."""
        data = super().clean()
        if not data.get("departments") and not data.get("children"):
            raise forms.ValidationError(
                "请至少选择一个划出的科室或下级组织；只调整个别党员的，在名册中办理“院内调整”。"
            )
        return data


def partners_of(organization: Organization, day: date) -> OrganizationQuerySet:
    """Return the organizations that may take over from one, or merge with it: its kind, in its hospital or beside it."""
    rows = Organization.objects.on(day).filter(kind=organization.kind, end_date__isnull=True)
    if organization.kind in AUTHORITIES:
        return rows.none()
    if organization.kind == Organization.Kind.HOSPITAL:
        return rows.filter(parent=organization.parent).exclude(pk=organization.pk)
    hospital = organization
    while hospital.parent is not None and hospital.kind != Organization.Kind.HOSPITAL:
        hospital = hospital.parent
    return rows.below(hospital).exclude(pk=organization.pk)
