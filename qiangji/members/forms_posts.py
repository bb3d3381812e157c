"""What people type about posts and who sits in them. The services decide whether it is accepted."""

from typing import Any

from django import forms

from qiangji.members.models import Person, Tenure
from qiangji.members.querysets import PersonQuerySet
from qiangji.orgs.forms import DayField
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.services.posts import PLACES, POSTS

MOST_SEATS = 15


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


class PersonChoice(forms.ModelChoiceField):
    """A person of the house, by name, with the staff number where two bear the same name."""

    def label_from_instance(self, obj: Any) -> str:
        numbers = [job.staff_number for job in obj.employments.all() if job.end_date is None]
        return f"{obj.name}（{numbers[0]}）" if numbers else obj.name


class AppointForm(forms.Form):
    """Who holds a post from a day on."""

    person = PersonChoice(label="人员", queryset=Person.objects.none(), empty_label="请选择")
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
        self.fields["person"].queryset = among  # type: ignore[attr-defined]
        if post.kind not in (Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY):
            del self.fields["consent_date"], self.fields["consent_document"]
        if post.body in (Body.ADMINISTRATION, Body.MASS):
            del self.fields["chosen_by"]
