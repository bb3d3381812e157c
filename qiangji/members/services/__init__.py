"""What people do to the register, to posts and elections: the only writers of these tables."""

from qiangji.members.services.hardship import end_hardship, register_hardship
from qiangji.members.services.membership import adjust_branch, cease_membership, confirm_membership
from qiangji.members.services.persons import (
    NewStaff,
    change_dates,
    change_person,
    link_account,
    register_staff,
)
from qiangji.members.services.register import Registered, refusals_of, register_members
from qiangji.members.services.register_rows import NewMember
from qiangji.members.services.reinstating import reinstate_member
from qiangji.members.services.spells import (
    NewExemption,
    end_exemption,
    end_floating,
    grant_exemption,
    grant_exemptions,
    start_floating,
)

__all__ = [
    "NewExemption",
    "NewMember",
    "NewStaff",
    "Registered",
    "adjust_branch",
    "cease_membership",
    "change_dates",
    "change_person",
    "confirm_membership",
    "end_exemption",
    "end_floating",
    "end_hardship",
    "grant_exemption",
    "grant_exemptions",
    "link_account",
    "refusals_of",
    "register_hardship",
    "register_members",
    "register_staff",
    "reinstate_member",
    "start_floating",
]
