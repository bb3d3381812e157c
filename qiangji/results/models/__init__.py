"""What the results app keeps: decisions, what followed from them, summaries and their filing."""

from qiangji.results.models.results import BranchStanding, Result

__all__ = ["BranchStanding", "Result"]
