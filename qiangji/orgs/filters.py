"""The filter lines above the lists of organizations and accounts."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from qiangji.accounts.models import User
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization

TYPED = forms.TextInput(attrs={"class": "form-control", "type": "search"})
PICKED = forms.Select(attrs={"class": "form-select"})


class OrganizationFilter(django_filters.FilterSet):
    """By name or code, kind and level."""

    q = django_filters.CharFilter(method="search", label="名称或代码", widget=TYPED)
    kind = django_filters.ChoiceFilter(
        choices=Organization.Kind.choices, label="类别", empty_label="全部类别", widget=PICKED
    )
    level = django_filters.ChoiceFilter(
        choices=Organization.Level.choices, label="层级", empty_label="全部层级", widget=PICKED
    )

    class Meta:
        model = Organization
        fields = ["q", "kind", "level"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        text = value.strip()
        return queryset.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text)
        )


class AccountFilter(django_filters.FilterSet):
    """By name or username, role and state."""

    q = django_filters.CharFilter(method="search", label="姓名或用户名", widget=TYPED)
    role = django_filters.ChoiceFilter(
        choices=RoleName.choices, method="holding", label="角色", empty_label="全部角色", widget=PICKED
    )
    state = django_filters.ChoiceFilter(
        choices=[("active", "使用中"), ("inactive", "已停用")],
        method="standing",
        label="状态",
        empty_label="全部状态",
        widget=PICKED,
    )

    class Meta:
        model = User
        fields = ["q", "role", "state"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(name__icontains=value.strip()) | Q(username__icontains=value.strip()))

    def holding(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            role_assignments__role=value, role_assignments__end_date__isnull=True
        ).distinct()

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "active")
