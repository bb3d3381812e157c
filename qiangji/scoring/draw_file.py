"""A draw as a document that can be handed to anybody, and the check that repeats it from that document alone.

The document names the population, so that whoever holds it needs neither the program nor its database: they hash the
population, make the tickets, order them, and compare.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.scoring.drawing import Listed, Stratum, Ticket, count_of, draw, population_digest, ticket_of


def document_of(
    population: Sequence[Listed],
    strata: Sequence[Stratum],
    *,
    cycle: int,
    ratio: Decimal,
    seed: str,
    risk: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a draw as plain data, ready for JSON; ratios are decimal text."""
    found: dict[str, Any] = {
        "cycle": cycle,
        "ratio": plain(ratio),
        "seed": seed,
        "population_digest": population_digest(population),
        "strata": [
            {"name": one.name, "size": one.size, "drawn": [written(ticket) for ticket in one.drawn]}
            for one in strata
        ],
        "population": [{"organization": one.code, "stratum": one.stratum} for one in sorted(population)],
    }
    return found | ({"risk": dict(risk)} if risk else {})


def written(ticket: Ticket) -> dict[str, str]:
    """Return a ticket as the document has it."""
    return {"organization": ticket.code, "ticket": ticket.ticket}


def risk_part(codes: Sequence[str], *, ratio: Decimal, seed: str) -> list[Ticket]:
    """Draw among those marked as risky: the smallest tickets, as many as the ratio asks, whatever their stratum.

    >>> len(risk_part(["A", "B", "C"], ratio=Decimal("0.5"), seed="7"))
    2
    """
    tickets = sorted(Ticket(ticket_of(seed, code), code) for code in codes)
    return tickets[: count_of(ratio, len(tickets))]


def faults_of(document: Any) -> list[str]:
    """Repeat a draw from its document; return in words everything that does not agree, nothing where all does."""
    try:
        population = [Listed(str(one["organization"]), str(one["stratum"])) for one in document["population"]]
        ratio, seed = Decimal(document["ratio"]), str(document["seed"])
        strata = draw(population, ratio=ratio, seed=seed)
        given = {one["name"]: one for one in document["strata"]}
        digest = document["population_digest"]
        risk = document.get("risk")
    except ValueError as error:
        return [str(error)]
    except (KeyError, TypeError, AttributeError, InvalidOperation):
        return ["这不是抽取结果文件：缺少 population、ratio、seed、population_digest 或 strata。"]
    faults = []
    if digest != population_digest(population):
        faults.append(f"名单摘要不符：文件写 {digest}，按名单算得 {population_digest(population)}。")
    if sorted(given) != [one.name for one in strata]:
        faults.append("分层与名单不符。")
    for one in strata:
        faults += faults_of_stratum(one, given.get(one.name, {}))
    return faults + (faults_of_risk(risk, seed) if risk else [])


def faults_of_stratum(stratum: Stratum, given: Mapping[str, Any]) -> list[str]:
    """Compare one stratum's size and tickets with what the document says."""
    faults = []
    if given.get("size") != stratum.size:
        faults.append(f"“{stratum.name}”层应有 {stratum.size} 个组织，文件写 {given.get('size')}。")
    if given.get("drawn") != [written(ticket) for ticket in stratum.drawn]:
        codes = "、".join(ticket.code for ticket in stratum.drawn)
        faults.append(f"“{stratum.name}”层抽中的应依次为 {codes}，与文件不符。")
    return faults


def faults_of_risk(risk: Any, seed: str) -> list[str]:
    """Compare the share drawn for risk with what the document says."""
    try:
        codes = [str(one["organization"]) for one in risk["listed"]]
        expected = [written(ticket) for ticket in risk_part(codes, ratio=Decimal(risk["ratio"]), seed=seed)]
        drawn = risk["drawn"]
    except (KeyError, TypeError, InvalidOperation):
        return ["重点部分不完整：应有 ratio、listed、drawn。"]
    return [] if drawn == expected else ["重点部分抽中的组织与文件不符。"]
