"""Standards as stored, one file per noun."""

from qiangji.standards.models.drafts import Draft, DraftStep
from qiangji.standards.models.editions import (
    AppliesTo,
    Criterion,
    Edition,
    Group,
    Section,
    Standard,
    Threshold,
    Veto,
)
from qiangji.standards.models.parameters import ParameterSetting
from qiangji.standards.models.site_checks import SiteCheck, SiteCheckCase, SiteCheckMove
from qiangji.standards.models.sources import Force, PolicySource
from qiangji.standards.models.succession import CodeMatch, EditionMap, Interpretation
from qiangji.standards.models.wording import CriterionWording, VetoWording, Wording

__all__ = [
    "AppliesTo",
    "CodeMatch",
    "Criterion",
    "CriterionWording",
    "Draft",
    "DraftStep",
    "Edition",
    "EditionMap",
    "Force",
    "Group",
    "Interpretation",
    "ParameterSetting",
    "PolicySource",
    "Section",
    "SiteCheck",
    "SiteCheckCase",
    "SiteCheckMove",
    "Standard",
    "Threshold",
    "Veto",
    "VetoWording",
    "Wording",
]
