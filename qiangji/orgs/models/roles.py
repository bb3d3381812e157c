"""Who may act at which node: a role, a node, and the days it holds."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiangji.orgs.authorization import role_choices
from qiangji.orgs.models.organizations import Organization
from qiangji.orgs.querysets import RoleAssignmentQuerySet


class RoleAssignment(models.Model):
    """A user holds a role at a node (岗位授权), until it is ended; ended ones are kept. The end day no longer counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_assignments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="role_assignments")
    role = models.CharField("角色", max_length=32, choices=role_choices)
    start_date = models.DateField("起")
    end_date = models.DateField("止", null=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位授权"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(end_date__isnull=True),
                name="orgs_role_not_twice",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="orgs_role_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization} · {self.get_role_display()}"
