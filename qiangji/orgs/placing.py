"""Which kind of node may stand under which, who may oversee whom, and where each role has a seat, as plain data.

None stands for "no parent": a site may begin with its province, with one authority or with a single hospital.
"""

from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, Oversight

Kind = Organization.Kind

ABOVE: dict[str, frozenset[str | None]] = {
    Kind.GUIDANCE_COMMITTEE: frozenset({None, Kind.GUIDANCE_COMMITTEE}),
    Kind.HEALTH_AUTHORITY: frozenset({None, Kind.GUIDANCE_COMMITTEE}),
    Kind.OWNING_AUTHORITY: frozenset({None, Kind.GUIDANCE_COMMITTEE}),
    Kind.HOSPITAL: frozenset(
        {None, Kind.GUIDANCE_COMMITTEE, Kind.HEALTH_AUTHORITY, Kind.OWNING_AUTHORITY},
    ),
    Kind.GENERAL_BRANCH: frozenset({Kind.HOSPITAL}),
    Kind.BRANCH: frozenset({Kind.HOSPITAL, Kind.GENERAL_BRANCH}),
    Kind.PARTY_GROUP: frozenset({Kind.HOSPITAL, Kind.BRANCH}),
}

INSIDE_HOSPITAL = frozenset({Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.PARTY_GROUP})

OVERSEERS: dict[str, frozenset[str]] = {
    Oversight.Kind.SUPERVISION: frozenset({Kind.HEALTH_AUTHORITY, Kind.OWNING_AUTHORITY}),
    Oversight.Kind.GUIDANCE: frozenset({Kind.GUIDANCE_COMMITTEE}),
}

AUTHORITIES = frozenset({Kind.GUIDANCE_COMMITTEE, Kind.HEALTH_AUTHORITY, Kind.OWNING_AUTHORITY})

SEATS: dict[str, frozenset[str]] = {
    RoleName.MEMBER: INSIDE_HOSPITAL | {Kind.HOSPITAL},
    RoleName.BRANCH_SECRETARY: frozenset({Kind.BRANCH}),
    RoleName.BRANCH_DELEGATE: frozenset({Kind.BRANCH, Kind.PARTY_GROUP}),
    RoleName.GENERAL_BRANCH_SECRETARY: frozenset({Kind.GENERAL_BRANCH}),
    RoleName.PARTY_OFFICE: frozenset({Kind.HOSPITAL}),
    RoleName.HOSPITAL_SECRETARY: frozenset({Kind.HOSPITAL}),
    RoleName.DISCIPLINE_SECRETARY: frozenset({Kind.HOSPITAL}),
    RoleName.PERSONNEL: frozenset({Kind.HOSPITAL}),
    RoleName.FINANCE: frozenset({Kind.HOSPITAL}),
    RoleName.SUPERVISOR: frozenset({Kind.HEALTH_AUTHORITY, Kind.OWNING_AUTHORITY}),
    RoleName.SUPERVISOR_LEAD: frozenset({Kind.HEALTH_AUTHORITY, Kind.OWNING_AUTHORITY}),
    RoleName.GUIDANCE: frozenset({Kind.GUIDANCE_COMMITTEE}),
    RoleName.INSPECTOR: AUTHORITIES,
    RoleName.READER: AUTHORITIES | {Kind.HOSPITAL},
    RoleName.ADMINISTRATOR: AUTHORITIES | {Kind.HOSPITAL},
}


def may_stand_under(kind: str, parent_kind: str | None) -> bool:
    """Say whether a node of one kind may stand under one of another.

    >>> may_stand_under("branch", "hospital"), may_stand_under("hospital", "branch")
    (True, False)
    """
    return parent_kind in ABOVE[kind]


def kinds_under(parent_kind: str | None) -> list[str]:
    """Return the kinds that may be set up under a node, in the order in which forms offer them."""
    return [kind for kind in Kind.values if may_stand_under(kind, parent_kind)]


def words_for(kinds: frozenset[str | None]) -> str:
    """Return kinds in words, for a refusal that says what is possible."""
    labels = [Kind(kind).label for kind in Kind.values if kind in kinds]
    return "、".join(labels)


def roles_at(kind: str) -> list[str]:
    """Return the roles that have a seat at a kind of node, in the order in which forms offer them.

    >>> roles_at("general_branch")
    ['member', 'general_branch_secretary']
    """
    return [role.value for role in RoleName if kind in SEATS[role]]
