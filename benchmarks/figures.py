"""One measured figure and the limit it is held against, as ``make bench`` prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measurement. ``is_floor``: the limit is the least that is good enough, as with saves per second."""

    measured: float
    limit: float
    unit: str
    digits: int = 1
    is_floor: bool = False

    @property
    def ratio(self) -> float:
        """Measured by limit: good up to 1, or from 1 on where the limit is a floor."""
        return self.measured / self.limit

    @property
    def is_good(self) -> bool:
        return self.ratio >= 1 if self.is_floor else self.ratio <= 1

    def line(self, name: str) -> str:
        """Return ``name | measured | limit | ratio``.

        >>> Figure(3.21, 15, "ms").line("save")
        'save | 3.2 ms | ≤ 15.0 ms | 0.21'
        >>> Figure(412, 300, "/s", digits=0, is_floor=True).line("rate")
        'rate | 412 /s | ≥ 300 /s | 1.37'
        """
        sign = "≥" if self.is_floor else "≤"
        measured = f"{self.measured:.{self.digits}f} {self.unit}"
        limit = f"{sign} {self.limit:.{self.digits}f} {self.unit}"
        return f"{name} | {measured} | {limit} | {self.ratio:.2f}"
