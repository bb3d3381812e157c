"""Who: persons, their Party membership, their branch, their posts, and the elections that fill posts."""

from qiangji.members.models.elections import Election, ElectionStep
from qiangji.members.models.membership import (
    BranchMembership,
    Exemption,
    FloatingSpell,
    Hardship,
    Member,
    Reinstatement,
)
from qiangji.members.models.persons import Employment, Person
from qiangji.members.models.tenures import Tenure
from qiangji.members.models.transfers import Transfer, TransferStep

__all__ = [
    "BranchMembership",
    "Election",
    "ElectionStep",
    "Employment",
    "Exemption",
    "FloatingSpell",
    "Hardship",
    "Member",
    "Person",
    "Reinstatement",
    "Tenure",
    "Transfer",
    "TransferStep",
]
