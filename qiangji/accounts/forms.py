"""What people type about their own account. Whether it is accepted is decided by the services."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from qiangji.accounts.models import Complaint


class SignInForm(AuthenticationForm):
    """Username and password; a refusal never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": "用户名或密码不对，请重新输入。连续输错会暂时锁定登录。",
        "inactive": "此账号已停用，请联系系统管理员。",
    }


class PasswordForm(forms.Form):
    """One's own new password, twice."""

    old = forms.CharField(
        label="原密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )
    new = forms.CharField(
        label="新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text="至少 10 个字符，不能全是数字，不能与用户名或姓名相近。",
    )
    again = forms.CharField(
        label="再输一次新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入。")
        return data


class ComplaintForm(forms.ModelForm):
    """What somebody dislikes, and where."""

    class Meta:
        model = Complaint
        fields = ["text", "page"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        labels = {"text": "您的意见", "page": "涉及页面（选填）"}
        help_texts = {
            "text": "哪里不好用、哪项要求不合理、哪些材料在重复填报，都可以写。涉密信息不得录入。",
            "page": "出问题的页面地址，例如 /organizations/。",
        }
