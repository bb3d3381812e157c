"""What people type about an organization's states, departments and terms. The services decide whether it is accepted."""

from datetime import date
from typing import Any

from django import forms

from qiangji.orgs.forms import DayField, OrganizationField
from qiangji.orgs.models import Body, Organization, Term
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.state_kinds import StateKind

SECRECY = "涉密信息不得录入。"


class StateForm(forms.Form):
    """A value of one item: of a year, or from a day on."""

    value = forms.CharField(label="数值")
    document = forms.CharField(
        label="依据文件（选填）", max_length=120, required=False, help_text="填文号即可。"
    )

    def __init__(self, *args: Any, kind: StateKind, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["value"] = value_field(kind)
        if kind.yearly:
            self.fields["year"] = forms.IntegerField(label="年度", initial=day.year)
        else:
            self.fields["start_date"] = DayField(
                label="起始日期",
                initial=day,
                help_text="同一天再次登记视为更正；之前的数值到前一天为止，历史保留。",
            )
        if kind.needs_document:
            self.fields["document"].label = "依据文件"
        self.order_fields(["year", "value", "start_date", "document"])


def value_field(kind: StateKind) -> forms.Field:
    """Return the field in which a value of this item is given."""
    label = f"{kind.title}（{kind.unit}）" if kind.unit else kind.title
    if kind.options:
        return forms.ChoiceField(label=label, choices=list(kind.options.items()), help_text=kind.help)
    widget: forms.Widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    if kind.type == "text":
        widget = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(label=label, max_length=200, widget=widget, help_text=kind.help + SECRECY)
    return forms.CharField(label=label, widget=widget, help_text=kind.help)


class DepartmentForm(forms.Form):
    """A new department and the branch that its members belong to."""

    name = forms.CharField(label="科室名称", max_length=60)
    branch = forms.ModelChoiceField(
        label="所属党支部（选填）",
        queryset=Organization.objects.none(),
        required=False,
        empty_label="暂无党支部",
    )
    start_date = DayField(label="起始日期")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = among  # type: ignore[attr-defined]


class CoverForm(forms.Form):
    """The branch that covers a department from a day on."""

    branch = forms.ModelChoiceField(
        label="所属党支部", queryset=Organization.objects.none(), required=False, empty_label="暂无党支部"
    )
    start_date = DayField(label="起始日期", help_text="原来的所属关系到起始日期前一天为止，历史保留。")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = among  # type: ignore[attr-defined]


class TermForm(forms.Form):
    """A body's new term as it was elected."""

    body = forms.ChoiceField(label="机构")
    start_date = DayField(label="产生日期", help_text="选举大会的日期；上一届到前一天为止。")
    years = forms.IntegerField(
        label="任期（年）", min_value=1, max_value=5, help_text="按选举结果批复填写，届满日期由此算出。"
    )
    elected_by = forms.ChoiceField(label="产生方式", choices=Term.ElectedBy.choices)
    number = forms.IntegerField(
        label="届次（选填）", min_value=1, required=False, help_text="不填则接着上一届编号。"
    )
    document = forms.CharField(label="批复文号（选填）", max_length=120, required=False)

    def __init__(self, *args: Any, bodies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [(body, Body(body).label) for body in bodies]  # type: ignore[attr-defined]


class ExtensionForm(forms.Form):
    """A superior's approval of another day on which a term falls due."""

    due_date = DayField(label="批准的届满日期", help_text="延期填更晚的日期，提前换届填更早的日期。")
    document = forms.CharField(label="批复文号", max_length=120)
    approved_by = OrganizationField(label="批准单位")
    approved_date = DayField(label="批准日期")

    def __init__(self, *args: Any, among: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approved_by"].among = among  # type: ignore[attr-defined]
