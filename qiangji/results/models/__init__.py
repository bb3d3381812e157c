"""What the results app keeps: decisions, what followed from them, year-end vetoes, summaries and their filing."""

from qiangji.results.models.consequences import Consequence, ConsequenceStep
from qiangji.results.models.objections import Objection, ObjectionFile
from qiangji.results.models.reassessments import BranchReassessment, Reassessment
from qiangji.results.models.results import BranchStanding, Result
from qiangji.results.models.revocations import Revocation
from qiangji.results.models.summaries import Filing, Receipt, Summary
from qiangji.results.models.vetoes import VetoProof, VetoStep, YearEndVeto

__all__ = [
    "BranchReassessment",
    "BranchStanding",
    "Consequence",
    "ConsequenceStep",
    "Filing",
    "Objection",
    "ObjectionFile",
    "Reassessment",
    "Receipt",
    "Result",
    "Revocation",
    "Summary",
    "VetoProof",
    "VetoStep",
    "YearEndVeto",
]
