"""Reads that cross models, as small dataclasses for pages and reports."""

from qiangji.assessments.selectors.sheet_page import SheetPage, sheet_page
from qiangji.assessments.selectors.waiting import Waiting, waiting_for

__all__ = ["SheetPage", "Waiting", "sheet_page", "waiting_for"]
