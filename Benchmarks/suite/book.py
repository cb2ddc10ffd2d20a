"""What a run found out, before it is written down."""
from dataclasses import dataclass, field

from .measure import Series


@dataclass
class Ratio:
    """One of P1 to P14 or H-P1 to H-P5, or a part of one."""
    number: str
    what: str
    against: str
    value: float
    target: float
    unit: str = "×"
    at_least: bool = False
    limit: str = ""         # what nobody gets below, and how far away it is

    @property
    def is_reached(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass
class RunOfThree:
    """A row of the table of a first, a second and a third sync."""
    name: str
    series: Series
    rows: int | None
    detail: str
    pages: int


@dataclass
class Book:
    series: list[Series] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    runs: list[RunOfThree] = field(default_factory=list)
    # Instructions a user, by work and stage.
    instructions: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)      # seconds that each work took in all

    def mark(self) -> tuple[int, int, int]:
        return len(self.series), len(self.ratios), len(self.runs)

    def take_back(self, mark: tuple[int, int, int]) -> None:
        """Forgets what was written since a mark."""
        for entries, count in zip((self.series, self.ratios, self.runs), mark):
            del entries[count:]

    def find(self, work: str, size: int, side: str) -> Series | None:
        wanted = (work, size, side)
        return next((s for s in self.series if (s.work, s.size, s.side) == wanted), None)

    def ratio(self, *values, **named) -> None:
        self.ratios.append(Ratio(*values, **named))


def distance(name: str, limit: Series, series: Series) -> str:
    """How far a series is from what nobody gets below."""
    return f"{name} {seconds(limit.median())}, {series.to(limit):.1f} × that"


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"
