"""The form by which an organization sets a figure of a check for itself and all below it."""

from typing import Any

from django import forms

from qiangji.orgs.models import Organization
from qiangji.standards.parameter_services import NUMBER_LIMIT, TITLE_LIMIT

DAY_FAULTS = {"invalid": "请填日期，例如 2026-01-01。", "required": "请填日期。"}
TOO_LARGE = "数字太大，请核对。"


def day_input() -> forms.DateInput:
    """Return a field for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SettingForm(forms.Form):
    """Another figure for a subtree, since when and on what document."""

    value = forms.DecimalField(
        label="改为",
        max_digits=7,
        decimal_places=2,
        min_value=0,
        error_messages={
            "invalid": "请填数字，例如 6。",
            "required": "请填数字。",
            "min_value": "请填不小于 0 的数。",
            "max_digits": TOO_LARGE,
            "max_whole_digits": TOO_LARGE,
            "max_decimal_places": "最多两位小数。",
        },
    )
    organization = forms.ChoiceField(
        label="对哪个组织及其下级", error_messages={"invalid_choice": "请从列表里选本组织。"}
    )
    start_date = forms.DateField(label="自", widget=day_input(), error_messages=DAY_FAULTS)
    end_date = forms.DateField(
        label="至（可不填）", required=False, widget=day_input(), error_messages=DAY_FAULTS
    )
    document_number = forms.CharField(
        label="依据文号", max_length=NUMBER_LIMIT, error_messages={"required": "请填文号。"}
    )
    document_title = forms.CharField(
        label="文件名称", max_length=TITLE_LIMIT, error_messages={"required": "请填文件名称。"}
    )

    def __init__(self, *args: Any, places: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(one.public_id): one for one in places}
        field: Any = self.fields["organization"]
        field.choices = [(key, one.name) for key, one in self.found.items()]
        if len(places) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(places[0].public_id)
        for name, one in self.fields.items():
            one.widget.attrs["class"] = "form-select" if name == "organization" else "form-control"
        self.fields["value"].widget.attrs["inputmode"] = "decimal"
