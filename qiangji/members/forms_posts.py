"""What people type about posts and who sits in them. The services decide whether it is accepted."""

from typing import Any

from django import forms
from django.db.models import Q

from qiangji.members.models import Person, Tenure
from qiangji.members.querysets import PersonQuerySet
from qiangji.members.services.tenures import CONSENTED
from qiangji.orgs.forms import SEPARATOR, DayField, EndForm
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.services.posts import PLACES, POSTS

MOST_SEATS = 15
MOST_OFFERED = 20


class PostForm(forms.Form):
    """One seat, or several alike (five members of a committee), of a body of the organization."""

    seat = forms.ChoiceField(label="职务")
    count = forms.IntegerField(
        label="个数",
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        help_text="委员等可以一次设几个同样的职务。",
    )
    duty = forms.CharField(
        label="分工（选填）", max_length=60, required=False, help_text="例如“组织委员”“分管护理”。"
    )
    is_full_time = forms.BooleanField(label="专职", required=False)
    start_date = DayField(label="设置日期", help_text="可填以前的日期，以便登记以前的任职。")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = seats_offered(organization)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Part the chosen seat into body and post."""
        data = super().clean() or {}
        if "seat" in data:
            data["body"], data["kind"] = data.pop("seat").split(":")
        return data


def seats_offered(organization: Organization) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the posts that an organization may have, body by body."""
    in_group = organization.kind == Organization.Kind.PARTY_GROUP
    return [
        (
            Body(body).label,
            [
                (f"{body}:{kind}", Post.Kind(kind).label)
                for kind in kinds
                if (kind == Post.Kind.GROUP_LEADER) == in_group
            ],
        )
        for body, kinds in POSTS.items()
        if organization.kind in PLACES[body] and (body == Body.COMMITTEE or not in_group)
    ]


class PersonField(forms.CharField):
    """A person of the house, found by name, pinyin or staff number; the browser offers matches while one types.

    ``among`` is set by the form: the people who may be seated.
    """

    among: PersonQuerySet = Person.objects.none()

    def clean(self, value: Any) -> Any:
        """Return the person; refuse what names nobody or more than one."""
        text = super().clean(value)
        typed = text.split(SEPARATOR)[0].strip()
        working = Q(employments__staff_number=typed, employments__end_date__isnull=True)
        found = list(self.among.filter(working | Q(name=text)).distinct()[:2])
        if not found:
            raise forms.ValidationError(
                f"本单位没有“{text}”，请从提示中选取，或输入工号；新来的人员请先登记到人员名册。"
            )
        if len(found) > 1:
            raise forms.ValidationError(f"有多人叫“{text}”，请输入工号。")
        return found[0]


def people_like(among: PersonQuerySet, typed: str) -> list[str]:
    """Return people who fit what is being typed, as ``PersonField`` reads them back."""
    if not typed:
        return []
    fits = (
        Q(name__contains=typed) | Q(pinyin__icontains=typed) | Q(employments__staff_number__startswith=typed)
    )
    return [person_text(person) for person in among.filter(fits)[:MOST_OFFERED]]


def person_text(person: Person) -> str:
    """Return how a person is offered: staff number and name."""
    numbers = [job.staff_number for job in person.employments.all() if job.end_date is None]
    return f"{numbers[0]}{SEPARATOR}{person.name}" if numbers else person.name


class AppointForm(forms.Form):
    """Who holds a post from a day on."""

    person = PersonField(
        label="人员",
        help_text="输入姓名、拼音或工号，从提示中选取。",
        widget=forms.TextInput(
            attrs={
                "list": "person-options",
                "autocomplete": "off",
                "hx-get": "",
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#person-options",
            }
        ),
    )
    how = forms.ChoiceField(label="产生方式", choices=Tenure.How.choices)
    start_date = DayField(label="任职日期", help_text="现任到任职日期前一天为止，历史保留。")
    document = forms.CharField(label="任职文件（选填）", max_length=120, required=False)
    consent_date = DayField(
        label="上级同意日期（选填）", required=False, help_text="任期内书记、副书记变动，须先经上级同意。"
    )
    consent_document = forms.CharField(label="上级同意文号（选填）", max_length=120, required=False)
    chosen_by = forms.ChoiceField(
        label="选拔方式（选填）",
        choices=[("", "—"), *Tenure.Chosen.choices],
        required=False,
        help_text="党务干部的选拔方式：组织遴选、公推直选或竞争上岗。",
    )

    def __init__(self, *args: Any, among: PersonQuerySet, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].among = among  # type: ignore[attr-defined]
        if post.kind not in CONSENTED:
            del self.fields["consent_date"], self.fields["consent_document"]
        if post.body in (Body.ADMINISTRATION, Body.MASS):
            del self.fields["chosen_by"]


class LeaveForm(EndForm):
    """The last day in a post; of a secretary or deputy, whether the superior agreed beforehand."""

    consent_date = DayField(
        label="上级同意离任日期（选填）",
        required=False,
        help_text="任期内书记、副书记离任，须先经上级同意。当天有人接任的，填在接任人的任职登记里，这里不必填。",
    )
    consent_document = forms.CharField(label="上级同意离任文号（选填）", max_length=120, required=False)

    def __init__(self, *args: Any, post: Post, is_held: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if post.kind not in CONSENTED or not is_held:
            del self.fields["consent_date"], self.fields["consent_document"]


class ConsentForm(forms.Form):
    """When the superior agreed, written down later."""

    consent_date = DayField(label="上级同意日期", help_text="以文件上的日期为准。登记后不能改写。")
    consent_document = forms.CharField(label="上级同意文号（选填）", max_length=120, required=False)
