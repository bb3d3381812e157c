"""Where a member may belong: which nodes of a hospital keep members, and on which days they stood."""

from datetime import date

from qiangji.members.exceptions import MembersError
from qiangji.orgs import paths
from qiangji.orgs.models import Organization


def keeps_members(organization: Organization) -> bool:
    """Say whether members belong to this node directly: an internal branch, or a hospital that is itself a branch."""
    return organization.kind == Organization.Kind.BRANCH or (
        organization.kind == Organization.Kind.HOSPITAL and organization.form == Organization.Form.BRANCH
    )


def check_branch(branch: Organization, day: date) -> None:
    """Refuse (MembersError) a node that keeps no members, and a branch that did not stand on a day."""
    if not keeps_members(branch):
        raise MembersError(
            f"“{branch.short_name}”是{branch.get_kind_display()}，党员须编入党支部，请选择其下的党支部。"
        )
    if day < branch.start_date:
        raise MembersError(
            f"“{branch.short_name}”于 {branch.start_date} 设立，编入日期 {day} 早于设立日期，请改日期或另选支部。"
        )
    if branch.end_date is not None and day > branch.end_date:
        raise MembersError(f"“{branch.short_name}”已于 {branch.end_date} 撤销，请另选党支部。")


def check_group(group: Organization | None, branch: Organization) -> None:
    """Refuse (MembersError) a Party group that is none, or stands in another branch."""
    if group is None:
        return
    if group.kind != Organization.Kind.PARTY_GROUP or not paths.covers(branch.path, group.path):
        raise MembersError(
            f"“{group.short_name}”不是“{branch.short_name}”的党小组，请选择本支部的党小组或留空。"
        )
