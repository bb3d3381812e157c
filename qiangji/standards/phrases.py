"""What papers say of an edition in the same words: what it rests on, whose wording they print, how little a draft binds."""

from collections.abc import Sequence

from qiangji.standards.models import Edition, Force
from qiangji.standards.selectors import CriterionNode


def criterion_text(node: CriterionNode) -> str:
    """Return the official wording, or our title with its note, which holds the figures, where there is none."""
    if node.text:
        return node.text
    return f"{node.title}：{node.note.rstrip('。')}" if node.note else node.title


def wording_note(edition: Edition, nodes: Sequence[CriterionNode]) -> str:
    """Say whose words a paper prints for these criteria; "" where all are the document's own."""
    whose = "系统归纳表述" if edition.origin == Edition.Origin.LIBRARY else "归纳表述"
    ours = [node.code for node in nodes if not node.text]
    if not ours:
        return ""
    if len(ours) == len(nodes):
        return f"本表条文为{whose}，非官方原文。"
    return f"本表{'、'.join(ours)}条文为{whose}，非官方原文。"


def edition_notes(edition: Edition) -> list[str]:
    """Say on which document the edition rests, who adopted it, and how little it binds where it is no norm."""
    number = f"（{edition.source_number}）" if edition.source_number else ""
    adoption = f"（{edition.adoption_number}）" if edition.adoption_number else ""
    adopted = f"，由{edition.adopted_by}采用{adoption}" if edition.adopted_by else ""
    notes = [f"依据：{edition.source_document}{number}，{edition.label}版{adopted}。"]
    if edition.force != Force.NORMATIVE:
        validity = f"：{edition.validity}" if edition.validity else ""
        notes.append(f"所用标准的依据为{edition.get_force_display()}，不是规范性文件{validity}。")
    if not edition.is_published:
        notes.append("所用标准为草稿，尚未发布，只可用于试评。")
    return notes
