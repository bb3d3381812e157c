"""Where duties come from: one entry per source, in the order of the page. Nothing calls back, nothing is stored.

A source is a function from an ``Asker`` (who asks, on which day) to duties. Those of floors below stand in ``SOURCES``: a new
one is a module in ``sources/`` and a line here. An app above this one calls ``add_source`` from its ``AppConfig.ready``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Duty
from qiangji.duties.sources import (
    arrivals,
    consequences,
    dispatches,
    drafts,
    elections,
    figures,
    inspections,
    integrity,
    objections,
    own_results,
    practices,
    reassessments,
    rectifications,
    results,
    sheets,
    traces,
    vetoes,
)


@dataclass(frozen=True)
class Source:
    """A kind of duty; ``collect`` returns those that one person answers for. ``on_desk``: the workbench lists them itself."""

    key: str
    title: str
    collect: Callable[[Asker], Iterable[Duty]]
    on_desk: bool = False


SOURCES: list[Source] = [
    Source(sheets.KEY, "考评", sheets.collect, on_desk=True),
    Source(traces.KEY, "考评要求", traces.collect),
    Source(figures.KEY, "台账", figures.collect),
    Source(drafts.KEY, "待确认记录", drafts.collect),
    Source(rectifications.KEY, "整改", rectifications.collect),
    Source(reassessments.KEY, "复评", reassessments.collect),
    Source(results.KEY, "认定和备案", results.collect),
    Source(consequences.KEY, "结果运用", consequences.collect),
    Source(dispatches.KEY, "督导", dispatches.collect),
    Source(objections.KEY, "更正和申诉", objections.collect),
    Source(own_results.KEY, "本组织的结果", own_results.collect),
    Source(vetoes.KEY, "一票否决", vetoes.collect),
    Source(integrity.KEY, "存疑材料", integrity.collect),
    Source(inspections.KEY, "抽查", inspections.collect),
    Source(practices.KEY, "好做法", practices.collect),
    Source(elections.KEY, "换届", elections.collect, on_desk=True),
    Source(arrivals.KEY, "组织关系", arrivals.collect, on_desk=True),
]


def add_source(source: Source) -> None:
    """Add a source from an app above. Raises ValueError where its key is taken."""
    if any(one.key == source.key for one in SOURCES):
        raise ValueError(f"there is already a source called {source.key}")
    SOURCES.append(source)
