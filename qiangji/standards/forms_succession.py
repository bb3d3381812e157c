"""The form of a numbered interpretation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from qiangji.orgs.models import Organization
from qiangji.standards.models import Criterion, Edition
from qiangji.standards.succession import ISSUER_LIMIT, NUMBER_LIMIT, TEXT_LIMIT


class CriterionField(forms.ModelChoiceField):
    """A criterion chosen by its code and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title}"


class InterpretationForm(forms.Form):
    """What an authority's document says about one criterion."""

    criterion = CriterionField(
        queryset=Criterion.objects.none(), to_field_name="code", label="条目", empty_label="请选择"
    )
    number = forms.CharField(label="文号", max_length=NUMBER_LIMIT, help_text="例如：某党组〔2026〕12号")
    issuer = forms.CharField(label="作出解释的机关", max_length=ISSUER_LIMIT)
    effective_date = forms.DateField(
        label="起用日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="考核周期的事实截止日不早于这一天的，按解释执行。",
    )
    text = forms.CharField(
        label="解释",
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="例如：原任务已结束，改按什么要求考核。条目原文不改动，解释显示在条目下面。",
    )
    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        label="录入组织",
        empty_label=None,
        help_text="解释对本组织、下级组织和所主管、指导的组织有效。",
    )

    def __init__(self, *args: Any, edition: Edition, places: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = Criterion.objects.filter(edition=edition).select_related("edition__standard")
        self.fields["criterion"].queryset = criteria.order_by("position")  # type: ignore[attr-defined]
        self.fields["organization"].queryset = places  # type: ignore[attr-defined]
