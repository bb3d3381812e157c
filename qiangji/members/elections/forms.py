"""What is typed for each step of an election. A form becomes the step's content; whether it is accepted, services say.

Persons are typed as name and staff number with matches offered; inside the own line only.
"""

from collections.abc import Sequence
from datetime import date as Day
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from qiangji.members.elections.contents import (
    AnswerData,
    CandidatesData,
    MeetingData,
    Named,
    NoData,
    Purpose,
    RequestData,
    ResultData,
    StepData,
)
from qiangji.members.elections.figures import eligible
from qiangji.members.models import Election, Employment, Person
from qiangji.members.querysets import holds
from qiangji.orgs.forms import DayField
from qiangji.orgs.models import Organization, Post, Term

SEPARATOR = " · "
OTHERS = 2
POSTS = [
    (Post.Kind.MEMBER.value, "委员"),
    (Post.Kind.SECRETARY.value, "书记"),
    (Post.Kind.DEPUTY_SECRETARY.value, "副书记"),
]
DOCUMENT_HELP = "例如“甲医党〔2026〕12号”。涉密文件不得录入。"


def person_text(person: Person, staff_number: str) -> str:
    """Return how a person is offered while one types; ``PersonField`` reads the staff number back."""
    return f"{person.name}{SEPARATOR}{staff_number}" if staff_number else person.name


def staff_numbers(persons: Sequence[Person], *, on: Day) -> dict[int, str]:
    """Return the staff numbers of persons on a day, by the person's id."""
    rows = Employment.objects.filter(holds(on), person__in=[person.pk for person in persons])
    return dict(rows.values_list("person_id", "staff_number"))


class PersonField(forms.CharField):
    """A full member of an organization on a day, typed by name or staff number."""

    def __init__(self, *, organization: Organization, on: Day, people_url: str, **kwargs: Any) -> None:
        attrs = {
            "list": "election-people",
            "autocomplete": "off",
            "hx-get": people_url,
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#election-people",
        }
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)
        self.organization, self.on = organization, on

    def clean(self, value: Any) -> Any:
        """Return the person; refuse what names none or more than one."""
        text = super().clean(value).strip()
        if not text:
            return None
        name, _, number = text.partition(SEPARATOR)
        rows = eligible(self.organization, on=self.on)
        numbered = Employment.objects.filter(holds(self.on), staff_number=(number or name).strip())
        found = list(rows.filter(pk__in=numbered.values("person"))[:2]) or list(
            rows.filter(name=name.strip())[:2] if not number else []
        )
        if not found:
            raise forms.ValidationError(f"“{text}”不是本组织的正式党员，请从提示中选取，或先在党员名册登记。")
        if len(found) > 1:
            raise forms.ValidationError(f"有多人叫“{name}”，请从提示中选取，或输入工号。")
        return found[0]


class StepForm(forms.Form):
    """What every step has: its day and the document's number. ``content`` turns the rest into the step's data."""

    date = DayField(label="日期")
    document = forms.CharField(label="文号（选填）", max_length=120, required=False, help_text=DOCUMENT_HELP)

    def __init__(self, *args: Any, election: Election, on: Day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election, self.on = election, on

    def content(self) -> StepData:
        return NoData()

    def people_url(self) -> str:
        return reverse("members:election_people", args=[self.election.public_id])


class ReminderForm(forms.Form):
    """The letter that reminds a body of its term's end."""

    date = DayField(label="发函日期")
    document = forms.CharField(label="文号（选填）", max_length=120, required=False, help_text=DOCUMENT_HELP)


class ReminderStepForm(StepForm):
    """The same letter, of an election that is open."""


class RequestForm(StepForm):
    """A request for an election by its time."""

    purpose = Purpose.ELECTION
    seats = forms.IntegerField(label="应选名额", min_value=1, max_value=50)
    meeting_date = DayField(label="计划选举日期")
    elected_by = forms.ChoiceField(
        label="选举方式", choices=[choice for choice in Term.ElectedBy.choices if choice[0] != "appointed"]
    )
    reason = forms.CharField(
        label="说明（选填）",
        max_length=300,
        required=False,
        help_text="名额超出一般范围，或不足 500 名党员召开代表大会的，须在这里说明。",
    )

    def content(self) -> StepData:
        data = self.cleaned_data
        return RequestData(
            self.purpose,
            seats=data["seats"],
            meeting_date=data["meeting_date"],
            elected_by=data["elected_by"],
            due_date=data.get("due_date"),
            reason=data["reason"].strip(),
        )


class EarlyForm(RequestForm):
    """A request for an election before its time."""

    purpose = Purpose.EARLY
    due_date = DayField(label="申请提前到的届满日期", help_text="提前期限一般不超过 1 年。")
    reason = forms.CharField(label="提前的理由", max_length=300)


class ExtensionForm(StepForm):
    """A request to move a term's end to a later day."""

    due_date = DayField(label="申请延期到", help_text="延长期限一般不超过 1 年。")
    reason = forms.CharField(label="延期的理由", max_length=300)

    def content(self) -> StepData:
        data = self.cleaned_data
        return RequestData(Purpose.EXTENSION, due_date=data["due_date"], reason=data["reason"].strip())


class ByElectionForm(StepForm):
    """A request to fill vacant posts."""

    posts = forms.MultipleChoiceField(label="补选的职务", widget=forms.CheckboxSelectMultiple)
    meeting_date = DayField(label="计划选举日期")
    reason = forms.CharField(label="说明（选填）", max_length=300, required=False)

    def __init__(self, *args: Any, vacant: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posts"].choices = list(vacant)  # type: ignore[attr-defined]

    def content(self) -> StepData:
        data = self.cleaned_data
        return RequestData(
            Purpose.BY_ELECTION,
            meeting_date=data["meeting_date"],
            reason=data["reason"].strip(),
            posts=tuple(UUID(one) for one in data["posts"]),
        )


class AnswerForm(StepForm):
    """The superior's answer. Where a shift of the term's end was asked, also until when."""

    answer = forms.ChoiceField(
        label="批复意见",
        choices=[("yes", "同意"), ("no", "退回修改")],
        initial="yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="意见（退回时必填）", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, asked_until: Day | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].label = "批复文号（同意时必填）"
        if asked_until is not None:
            self.fields["due_date"] = DayField(label="批准的届满日期", initial=asked_until, required=False)

    def content(self) -> StepData:
        data = self.cleaned_data
        approved = data["answer"] == "yes"
        return AnswerData(approved, data.get("due_date") if approved else None, data["note"].strip())


class PeopleForm(StepForm):
    """Rows of persons with the post of each; rows left empty do not count."""

    with_duty = False

    def __init__(self, *args: Any, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = range(1, rows + 1)
        for number in self.numbers:
            self.fields[f"person_{number}"] = PersonField(
                label=f"第 {number} 名",
                organization=self.election.organization,
                on=self.on,
                people_url=self.people_url(),
                required=False,
            )
            self.fields[f"post_{number}"] = forms.ChoiceField(label=f"第 {number} 名的职务", choices=POSTS)
            if self.with_duty:
                self.fields[f"duty_{number}"] = forms.CharField(
                    label=f"第 {number} 名的分工", max_length=60, required=False
                )

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each row, for the template."""
        names = ["person", "post", *(["duty"] if self.with_duty else [])]
        return [[self[f"{name}_{number}"] for name in names] for number in self.numbers]

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields outside the rows."""
        return [field for field in self if not field.name.startswith(("person_", "post_", "duty_"))]

    def named(self) -> tuple[Named, ...]:
        """Return the rows that name somebody."""
        data = self.cleaned_data
        return tuple(
            Named(
                data[f"person_{number}"].public_id,
                data[f"post_{number}"],
                data.get(f"duty_{number}", "").strip(),
            )
            for number in self.numbers
            if data.get(f"person_{number}")
        )


class CandidatesForm(PeopleForm):
    """Who is proposed."""

    reason = forms.CharField(
        label="说明（选填）", max_length=300, required=False, help_text="经同意等额选举的，写明理由。"
    )

    def content(self) -> StepData:
        return CandidatesData(self.named(), self.cleaned_data["reason"].strip())


class ResultForm(PeopleForm):
    """Who was elected."""

    with_duty = True

    def content(self) -> StepData:
        return ResultData(self.named())


class MeetingForm(StepForm):
    """The figures of the meeting, and votes per candidate; others who got votes may be added."""

    entitled = forms.IntegerField(label="应到会有选举权人数", min_value=1)
    present = forms.IntegerField(label="实到会有选举权人数", min_value=0)
    sent = forms.IntegerField(label="发出选票", min_value=0)
    returned = forms.IntegerField(label="收回选票", min_value=0)
    valid = forms.IntegerField(label="有效票", min_value=0)

    def __init__(self, *args: Any, candidates: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["document"]
        self.candidates = list(candidates)
        for number, (_, name) in enumerate(self.candidates, 1):
            self.fields[f"votes_{number}"] = forms.IntegerField(label=f"{name} 得票", min_value=0)
        for number in range(1, OTHERS + 1):
            self.fields[f"other_{number}"] = PersonField(
                label=f"另选他人 {number}（选填）",
                organization=self.election.organization,
                on=self.on,
                people_url=self.people_url(),
                required=False,
            )
            self.fields[f"other_votes_{number}"] = forms.IntegerField(
                label=f"另选他人 {number} 得票（选填）", min_value=0, required=False
            )

    def content(self) -> StepData:
        data = self.cleaned_data
        votes = [(person, data[f"votes_{number}"]) for number, (person, _) in enumerate(self.candidates, 1)]
        votes += [
            (data[f"other_{number}"].public_id, data[f"other_votes_{number}"] or 0)
            for number in range(1, OTHERS + 1)
            if data.get(f"other_{number}")
        ]
        figures = {name: data[name] for name in ("entitled", "present", "sent", "returned", "valid")}
        return MeetingData(**figures, votes=tuple(votes))


class OpenForm(forms.Form):
    """Which kind of election is begun."""

    kind = forms.ChoiceField(label="类型", widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]


class ConcludeForm(forms.Form):
    """How long the new term is."""

    years = forms.IntegerField(label="新一届任期（年）", min_value=1, max_value=5)


class CancelForm(forms.Form):
    """Why and when an election is called off."""

    date = DayField(label="取消日期")
    reason = forms.CharField(label="取消的原因", max_length=200, help_text="涉密信息不得录入。")
