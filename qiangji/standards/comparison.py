"""What a later edition makes of an earlier one: which criteria live on, which were reworded, which are new or gone.

Pure, and a suggestion only: the map that counts is decided by a person. Lines that read alike are paired first, then the
rest by likeness, the best pair first, each line at most once. Likeness is the share of neighbouring pairs of characters
that two texts have in common, so that clauses which changed places still count. An index of these pairs names a handful
of candidates for each line, which keeps a thousand lines against a thousand within a second or two; nothing depends on
the order of a set, and comparing backwards finds the same pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

KEPT_MARKS = "%‰"
MARK = re.compile(r"[\W_]")
LONGEST = 400
CANDIDATES = 8
COMMON = 40
RAREST = 24
ALIKE = 0.5
ALIKE_IN_PLACE = 0.35
CONTAINED = 0.7
SHORTEST_PART = 4


class Kind(StrEnum):
    """What became of a criterion."""

    SAME = "same"
    REWORDED = "reworded"
    CHANGED_POINTS = "changed_points"
    NEW = "new"
    GONE = "gone"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Kind.SAME: "未变",
    Kind.REWORDED: "文字有变",
    Kind.CHANGED_POINTS: "分值有变",
    Kind.NEW: "新增",
    Kind.GONE: "取消",
}


@dataclass(frozen=True)
class Line:
    """One criterion as the comparison sees it; `text` is the document's own wording, "" where only our words are known.

    Our words are a `title` and perhaps a `note` with its figures. `scoring` is the rule in a canonical spelling, "" for
    plain points.
    """

    code: str
    title: str
    text: str = ""
    points: Decimal | None = None
    scoring: str = ""
    part: str = ""
    group: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """The text where there is one, else the title with its note."""
        return self.text or (f"{self.title}：{self.note}" if self.note else self.title)

    @property
    def worth(self) -> tuple[Decimal | None, str]:
        return self.points, self.scoring

    @cached_property
    def folded(self) -> str:
        return fold(self.words)

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)

    @cached_property
    def place(self) -> tuple[str, str]:
        return fold(self.part), fold(self.group)

    @cached_property
    def pairs(self) -> Counter[str]:
        return pairs_of(self.folded)

    @cached_property
    def title_pairs(self) -> Counter[str]:
        return pairs_of(self.folded_title)


@dataclass(frozen=True)
class Match:
    """One line of the comparison; `likeness` from 0 to 1, `hint` where a line seems to come from splitting or merging."""

    kind: Kind
    earlier: Line | None
    later: Line | None
    likeness: float = 0.0
    hint: str = ""

    @property
    def lives_on(self) -> bool:
        return self.earlier is not None and self.later is not None

    @property
    def is_reworded(self) -> bool:
        """Whether the words changed too, where the kind names the points."""
        return (
            self.earlier is not None and self.later is not None and not reads_alike(self.earlier, self.later)
        )


@dataclass(frozen=True)
class Comparison:
    """All matches: the later table in its order, then what is gone, in the order of the earlier table."""

    matches: tuple[Match, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many lines of each kind, zeros included."""
        found = Counter(match.kind for match in self.matches)
        return {kind: found[kind] for kind in Kind}

    @property
    def earlier_of(self) -> dict[str, str]:
        """The earlier code that each later code continues, "" for a new one."""
        return {
            match.later.code: match.earlier.code if match.earlier else ""
            for match in self.matches
            if match.later
        }


def compare(earlier: Sequence[Line], later: Sequence[Line]) -> Comparison:
    """Match two tables line by line.

    >>> old = [Line("1-1-1", "班子分工明确"), Line("1-1-2", "每年研究党建四次")]
    >>> new = [Line("1-1-1", "每年研究党建六次"), Line("1-1-2", "班子分工明确")]
    >>> [(m.kind.value, m.earlier.code) for m in compare(old, new).matches]
    [('reworded', '1-1-2'), ('same', '1-1-1')]
    """
    pairs = _alike(earlier, later)
    pairs |= _likeliest(earlier, later, pairs)
    return joined(earlier, later, pairs)


def joined(earlier: Sequence[Line], later: Sequence[Line], pairs: dict[int, int]) -> Comparison:
    """Return the comparison that results from given pairs (earlier index → later index), decided or found."""
    of_later = {j: i for i, j in pairs.items()}
    origins = _parts_of(earlier, later, [j for j in range(len(later)) if j not in of_later])
    targets = _parts_of(later, earlier, [i for i in range(len(earlier)) if i not in pairs])
    matches = []
    for j, line in enumerate(later):
        if j in of_later:
            matches.append(_pair(earlier[of_later[j]], line))
        else:
            hint = f"可能由 {origins[j].code} 拆分" if j in origins else ""
            matches.append(Match(Kind.NEW, None, line, hint=hint))
    for i, line in enumerate(earlier):
        if i not in pairs:
            hint = f"可能并入 {targets[i].code}" if i in targets else ""
            matches.append(Match(Kind.GONE, line, None, hint=hint))
    return Comparison(tuple(matches))


def _pair(earlier: Line, later: Line) -> Match:
    if earlier.worth != later.worth:
        kind = Kind.CHANGED_POINTS
    else:
        kind = Kind.SAME if reads_alike(earlier, later) else Kind.REWORDED
    return Match(kind, earlier, later, round(likeness(earlier, later), 3))


def fold(text: str) -> str:
    """Reduce a text to what is compared: widths, blanks and punctuation are no difference, figures and % are.

    >>> fold("每年 ≥４ 次， 占 0.5％。")
    '每年≥4次占0.5%'
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    return MARK.sub(_mark_kept, wide)


def _mark_kept(found: re.Match[str]) -> str:
    mark = found[0]
    if mark in KEPT_MARKS:
        return mark
    if mark.isspace() or (unicodedata.category(mark).startswith("P") and not _between_figures(found)):
        return ""
    return mark


def _between_figures(found: re.Match[str]) -> bool:
    before, after = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    return before.isdigit() and after.isdigit()


def pairs_of(folded: str) -> Counter[str]:
    """Count the neighbouring pairs of characters, the edges included.

    >>> list(pairs_of("班子"))
    ['^班', '班子', '子$']
    """
    edged = f"^{folded[:LONGEST]}$"
    return Counter(edged[i : i + 2] for i in range(len(edged) - 1)) if folded else Counter()


def reads_alike(earlier: Line, later: Line) -> bool:
    """Say whether two lines say the same: by their words, or by their titles where only one has the document's text."""
    if earlier.folded == later.folded:
        return True
    return bool(earlier.text) != bool(later.text) and earlier.folded_title == later.folded_title


def likeness(earlier: Line, later: Line) -> float:
    """Return how alike two lines read, from 0 to 1.

    >>> likeness(Line("1", "每年四次"), Line("2", "每年四次")), likeness(Line("1", "甲"), Line("2", "乙"))
    (1.0, 0.0)
    """
    if reads_alike(earlier, later):
        return 1.0
    found = shared(earlier.pairs, later.pairs)
    if earlier.text and later.text:
        return found
    titles = shared(earlier.title_pairs, later.title_pairs)
    inside = max(_contained(earlier.title_pairs, later.pairs), _contained(later.title_pairs, earlier.pairs))
    return max(found, titles, 0.9 * inside)


def shared(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of pairs that two texts have in common (Dice's measure)."""
    whole = one.total() + other.total()
    return 2 * _in_common(one, other) / whole if whole else 0.0


def _in_common(one: Counter[str], other: Counter[str]) -> int:
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return sum(min(count, many[pair]) for pair, count in few.items() if pair in many)


def _contained(part: Counter[str], whole: Counter[str]) -> float:
    """Return the share of a part's pairs, its edges left out, that a whole contains; 0 for parts too short to tell."""
    inner = Counter({pair: count for pair, count in part.items() if pair[0] != "^" and pair[-1] != "$"})
    total = inner.total()
    return _in_common(inner, whole) / total if total >= SHORTEST_PART - 1 else 0.0


# ---- lines that read alike ------------------------------------------------------------------------------------------

Key = Callable[[Line], Hashable]
PASSES: tuple[Key, ...] = (
    lambda line: (line.folded, line.worth, line.place, line.code),
    lambda line: (line.folded, line.worth, line.place),
    lambda line: (line.folded, line.worth),
    lambda line: (line.folded, line.place),
    lambda line: line.folded,
)
TITLE_PASSES: tuple[Key, ...] = (
    lambda line: (line.folded_title, line.worth, line.place),
    lambda line: (line.folded_title, line.worth),
    lambda line: line.folded_title,
)


def _alike(earlier: Sequence[Line], later: Sequence[Line]) -> dict[int, int]:
    """Pair lines that read alike: those that agree in more first, several of the same words in their order."""
    pairs: dict[int, int] = {}
    free = set(range(len(later)))
    for key in PASSES:
        _pass(earlier, later, key, pairs, free)
    for key in TITLE_PASSES:
        _pass(earlier, later, key, pairs, free)
    return pairs


def _pass(
    earlier: Sequence[Line], later: Sequence[Line], key: Key, pairs: dict[int, int], free: set[int]
) -> None:
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for j in sorted(free):
        waiting[bool(later[j].text), key(later[j])].append(j)
    for i, line in enumerate(earlier):
        if i in pairs:
            continue
        for same in (waiting[bool(line.text), key(line)], waiting[not line.text, key(line)]):
            if same and reads_alike(line, later[same[0]]):
                pairs[i] = same.popleft()
                free.discard(pairs[i])
                break


# ---- the rest, by likeness ------------------------------------------------------------------------------------------


class Index:
    """Which lines have which pairs of characters; pairs that very many lines have tell nothing and are left out."""

    def __init__(self, lines: Sequence[Line], rows: Iterable[int]) -> None:
        self.rows = dict.fromkeys(rows)
        self.having: defaultdict[str, list[int]] = defaultdict(list)
        self.by_code = {lines[row].code: row for row in reversed(self.rows)}
        for row in self.rows:
            for pair in dict.fromkeys([*lines[row].pairs, *lines[row].title_pairs]):
                self.having[pair].append(row)

    def nearest(self, line: Line, place: int) -> list[int]:
        """Return the rows that share most with a line, weighing rare pairs more, and those of its code and its place."""
        known = [pair for pair in dict.fromkeys([*line.pairs, *line.title_pairs]) if pair in self.having]
        rare = sorted((pair for pair in known if len(self.having[pair]) <= COMMON), key=self._frequency)
        weight: defaultdict[int, float] = defaultdict(float)
        for pair in rare[:RAREST]:
            rows = self.having[pair]
            for row in rows:
                weight[row] += 1 / len(rows)
        best = sorted(weight, key=lambda row: (-round(weight[row], 9), abs(row - place), row))[:CANDIDATES]
        extra = [row for row in (self.by_code.get(line.code), place) if row is not None and row in self.rows]
        return list(dict.fromkeys([*best, *extra]))

    def _frequency(self, pair: str) -> int:
        return len(self.having[pair])


def _likeliest(earlier: Sequence[Line], later: Sequence[Line], taken: dict[int, int]) -> dict[int, int]:
    """Pair what is left by likeness, the best pair first. Ties go to the pair that moved least."""
    gone = [i for i in range(len(earlier)) if i not in taken]
    used = set(taken.values())
    new = [j for j in range(len(later)) if j not in used]
    forward, backward = Index(later, new), Index(earlier, gone)
    candidates = {(i, j) for i in gone for j in forward.nearest(earlier[i], i)}
    candidates |= {(i, j) for j in new for i in backward.nearest(later[j], j)}
    ranked = []
    for i, j in candidates:
        like = likeness(earlier[i], later[j])
        in_place = earlier[i].place == later[j].place
        same_code = earlier[i].code == later[j].code
        if like >= (ALIKE_IN_PLACE if in_place and same_code else ALIKE):
            rank = like + 0.05 * in_place + 0.03 * same_code + 0.02 * (earlier[i].worth == later[j].worth)
            ranked.append((-round(rank, 9), abs(i - j), i + j, i, j))
    pairs: dict[int, int] = {}
    placed: set[int] = set()
    for *_, i, j in sorted(ranked):
        if i not in pairs and j not in placed:
            pairs[i] = j
            placed.add(j)
    return pairs


def _parts_of(wholes: Sequence[Line], parts: Sequence[Line], rows: Sequence[int]) -> dict[int, Line]:
    """Return, for rows that have no match, the longer line on the other side that says most of it."""
    index = Index(wholes, range(len(wholes))) if rows else None
    found: dict[int, Line] = {}
    for row in rows:
        part = parts[row]
        near = index.nearest(part, row) if index else []
        fitting = [
            (-_contained(part.pairs, wholes[i].pairs), abs(i - row), i)
            for i in near
            if len(wholes[i].folded) > len(part.folded)
        ]
        best = min(fitting, default=(0.0, 0, 0))
        if -best[0] >= CONTAINED:
            found[row] = wholes[best[2]]
    return found


# ---- what changed within two texts ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of text: "kept", "dropped" from the earlier, "added" by the later."""

    how: str
    text: str


def pieces(earlier: str, later: str) -> list[Piece]:
    """Return what was dropped and added between two texts; over-long ones are set side by side whole.

    >>> [(p.how, p.text) for p in pieces("每年四次", "每年六次")]
    [('kept', '每年'), ('dropped', '四'), ('added', '六'), ('kept', '次')]
    """
    if max(len(earlier), len(later)) > LONGEST:
        return [Piece("dropped", earlier), Piece("added", later)]
    found = []
    for how, a, b, c, d in SequenceMatcher(None, earlier, later, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece("kept", earlier[a:b]))
            continue
        found += [Piece("dropped", earlier[a:b])] if b > a else []
        found += [Piece("added", later[c:d])] if d > c else []
    return found
