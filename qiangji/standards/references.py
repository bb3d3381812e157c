"""What the files of the library say of each other: sources that criteria name, editions that figures point to.

A figure shown side by side must be the figure that its edition holds, or a person would trust two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from qiangji.lib.numbers import plain
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.figures import FigureSpec, FiguresSpec
from qiangji.standards.schema import CriterionSpec, EditionSpec, SourcesSpec


def check_references(*, editions: Sequence[EditionSpec], sources: SourcesSpec, figures: FiguresSpec) -> None:
    """Raise LibraryError naming everything in one file of the library that another file does not bear out."""
    known = {source.key for source in sources.sources}
    by_ref = {f"{edition.standard}@{edition.label}": edition for edition in editions}
    problems = [
        f"{ref} 的 {criterion.code}：出处文件代号“{criterion.source_key}”不在 sources.yaml 里，请改正或补上"
        for ref, edition in by_ref.items()
        for criterion in edition.criteria()
        if criterion.source_key and criterion.source_key not in known
    ]
    problems += _figure_problems(figures, known, by_ref)
    if problems:
        raise LibraryError("\n".join(problems), messages=problems)


def _figure_problems(
    figures: FiguresSpec, known: set[str], by_ref: Mapping[str, EditionSpec]
) -> Iterator[str]:
    for subject in figures.subjects:
        for figure in subject.figures:
            here = f"figures.yaml 的 {subject.row}“{subject.title}”"
            if figure.source not in known:
                yield f"{here}：文件代号“{figure.source}”不在 sources.yaml 里，请改正或补上"
            if figure.edition not in by_ref:
                yield f"{here}：标准库里没有版本 {figure.edition}"
            else:
                yield from (f"{here}：{found}" for found in _unborne(figure, by_ref[figure.edition]))


def _unborne(figure: FigureSpec, edition: EditionSpec) -> Iterator[str]:
    """Yield what keeps an edition from bearing out a figure."""
    if (figure.value is None) != (figure.says == "unnamed"):
        yield f"{figure.place} 写了数字就要写 says，原文没有数字的写 says: unnamed 并不写 value"
    if figure.threshold:
        line = next((line for line in edition.thresholds if line.key == figure.threshold), None)
        if line is None or line.value != figure.value or line.strict != (figure.says == "above"):
            yield f"{figure.edition} 没有数值相同的线“{figure.threshold}”"
        return
    criterion = next((one for one in edition.criteria() if one.code == figure.code), None)
    if criterion is None:
        yield f"{figure.edition} 没有 {figure.code or '（未写 code）'} 这一条"
    elif not _holds(criterion, figure):
        yield f"{figure.edition} 的 {figure.code} 里没有 {figure.words()} 这个数字"


def _holds(criterion: CriterionSpec, figure: FigureSpec) -> bool:
    if figure.parameter:
        parameter = criterion.parameters.get(figure.parameter)
        return parameter is not None and (parameter.value, parameter.unit, parameter.usual) == (
            figure.value,
            figure.unit,
            figure.usual,
        )
    return figure.value is None or plain(figure.value) in re.findall(r"\d+(?:\.\d+)?", criterion.note)
