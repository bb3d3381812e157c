"""Cycles, sheets, answers, marks, and the history of each."""

from qiangji.assessments.models.cycles import Cycle, CycleEdition
from qiangji.assessments.models.draws import Draw, DrawEntry, Substitution
from qiangji.assessments.models.history import MarkChange, SheetTransition, TextChange
from qiangji.assessments.models.inspections import Finding, Inspection, InterviewCount, Team, TeamMember
from qiangji.assessments.models.integrity import IntegrityFlag, IntegrityStep
from qiangji.assessments.models.marks import Answer, Evidence, Mark
from qiangji.assessments.models.proposals import Evaluation, Proposal
from qiangji.assessments.models.returns import AmendmentFile, CriterionReturn
from qiangji.assessments.models.reviews import ReviewAssignment
from qiangji.assessments.models.sheet_vetoes import SheetVeto, SheetVetoProof, SheetVetoStep
from qiangji.assessments.models.sheets import Sheet, Submission, SubmissionScan
from qiangji.assessments.models.vetoes import VetoCheck

__all__ = [
    "AmendmentFile",
    "Answer",
    "CriterionReturn",
    "Cycle",
    "CycleEdition",
    "Draw",
    "DrawEntry",
    "Evaluation",
    "Evidence",
    "Finding",
    "Inspection",
    "IntegrityFlag",
    "IntegrityStep",
    "InterviewCount",
    "Mark",
    "MarkChange",
    "Proposal",
    "ReviewAssignment",
    "Sheet",
    "SheetTransition",
    "SheetVeto",
    "SheetVetoProof",
    "SheetVetoStep",
    "Submission",
    "SubmissionScan",
    "Substitution",
    "Team",
    "TeamMember",
    "TextChange",
    "VetoCheck",
]
