"""The Party line, the dated relations beside it, and who may act at which node."""

from qiangji.orgs.models.organizations import Affiliation, Organization, OrganizationName
from qiangji.orgs.models.oversight import Oversight
from qiangji.orgs.models.roles import RoleAssignment

__all__ = ["Affiliation", "Organization", "OrganizationName", "Oversight", "RoleAssignment"]
