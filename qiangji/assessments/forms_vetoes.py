"""What is typed about a veto of either kind, and what may be done with one now: the same acts, drawn the same way."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest

from qiangji.assessments.services.veto_course import LIMIT, NUMBER_LIMIT


def words_field(label: str, rows: int = 3, *, limit: int = LIMIT) -> forms.CharField:
    """Return the field of a reason. What is missing or too long is said by the service, beside the field."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": limit, "required": True})
    return forms.CharField(label=label, required=False, widget=widget)


class DecideForm(forms.Form):
    """The second person's decision on a sheet veto."""

    words = words_field("理由", 2)
    notice_number = forms.CharField(
        label="通知文号（同意时填写）",
        required=False,
        widget=forms.TextInput(attrs={"maxlength": NUMBER_LIMIT}),
    )


class DecideToADayForm(DecideForm):
    """The decision on a year-end veto, which names its end."""

    end = forms.DateField(
        label="终止日期（同意时填写）",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AppealForm(forms.Form):
    """An appeal of the organization."""

    words = words_field("申诉理由")


class AnswerForm(forms.Form):
    """The answer to an appeal."""

    words = words_field("答复")


class LiftForm(forms.Form):
    """Why a veto ends before its day."""

    words = words_field("原因", 2)


@dataclass(frozen=True)
class Button:
    """A button of an act: its label and look, and the field that it sends."""

    label: str
    look: str = "btn-outline-secondary"
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Act:
    """One thing that may be done with a veto now: where it goes, its form as typed, its buttons."""

    name: str
    title: str
    address: str
    form: forms.Form
    buttons: tuple[Button, ...]
    note: str = ""
    is_folded: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the form shows at once: it is no rare act, or it was just refused."""
        return not self.is_folded or self.form.is_bound


def form_of(kind: type[forms.Form], name: str, refused: "Refusal | None") -> forms.Form:
    """Return an act's form: empty, or as it was typed where this act was refused."""
    if refused is not None and refused.name == name:
        return refused.form
    return kind(auto_id=f"{name}-%s")


@dataclass(frozen=True)
class Refusal:
    """An act that was refused, with what was typed and what is wrong with it."""

    name: str
    form: forms.Form

    @classmethod
    def of(cls, request: HttpRequest, name: str, kind: type[forms.Form], error: Exception) -> "Refusal":
        """Keep what was typed, with the error at its field, or above the form where it is about none."""
        form = kind(request.POST, auto_id=f"{name}-%s")
        form.is_valid()
        field = getattr(error, "field", "")
        form.add_error(field if field in form.fields else None, str(error))
        return cls(name, form)

    @property
    def said(self) -> str:
        """Everything that is wrong, in one line."""
        return "；".join(str(message) for messages in self.form.errors.values() for message in messages)

    @property
    def words(self) -> str:
        """The words that were typed, for a page on which the form is not offered any more."""
        return str(self.form.data.get("words", ""))
