"""The Party line, the dated relations beside it, what is recorded of each node, and who may act at which."""

from qiangji.orgs.models.facts import ChangedFact
from qiangji.orgs.models.organizations import Affiliation, Organization, OrganizationName
from qiangji.orgs.models.oversight import Oversight
from qiangji.orgs.models.posts import Body, Post, Term, TermExtension
from qiangji.orgs.models.roles import RoleAssignment
from qiangji.orgs.models.states import Department, OrganizationState
from qiangji.orgs.models.succession import OrganizationSuccession

__all__ = [
    "Affiliation",
    "Body",
    "ChangedFact",
    "Department",
    "Organization",
    "OrganizationName",
    "OrganizationState",
    "OrganizationSuccession",
    "Oversight",
    "Post",
    "RoleAssignment",
    "Term",
    "TermExtension",
]
