"""Shapes of input: the filter of the list, the wish for mail."""

from typing import Any

from django import forms

from qiangji.duties.models import Reminder

WHOSE = (("", "全部"), ("own", "我的岗位"), ("below", "所属组织"))


class FilterForm(forms.Form):
    """Which duties are shown; what is unknown is as if it were not there."""

    whose = forms.ChoiceField(label="谁的", choices=WHOSE, required=False)
    organization = forms.ChoiceField(label="组织", required=False)
    source = forms.ChoiceField(label="来源", required=False)

    def __init__(
        self, *args: Any, organizations: list[tuple[str, str]], sources: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, title, choices in (
            ("organization", "全部组织", organizations),
            ("source", "全部来源", sources),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", title), *choices]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def chosen(self, name: str) -> str:
        """Return a choice; nothing where it is not one."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class ReminderForm(forms.Form):
    """Where and how often somebody wants to be told."""

    address = forms.EmailField(
        label="电子邮箱",
        max_length=254,
        help_text="只用于发送提醒，关闭提醒时删除。新填写的邮箱会先收到一个验证码。",
        error_messages={"invalid": "电子邮箱的格式不对，请检查，例如 zhang@hospital.example。"},
    )
    frequency = forms.ChoiceField(label="频率", choices=Reminder.Frequency.choices)


class CodeForm(forms.Form):
    """The code that was sent to an address."""

    code = forms.CharField(
        label="验证码", max_length=12, help_text="邮件里的六位数字，两小时内有效。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
