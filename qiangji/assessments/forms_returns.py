"""The shapes of what people type about criteria that came back."""

from django import forms
from django.forms import DateInput


class DueForm(forms.Form):
    """Until when the returned criteria have to be amended."""

    due_date = forms.DateField(
        label="修改期限",
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="到当日 24:00（北京时间）为止。",
    )


class SignForm(forms.Form):
    """The secretary's signature under an amendment."""

    password = forms.CharField(
        label="签字密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="再次输入您本人的登录密码，作为签字。",
    )
