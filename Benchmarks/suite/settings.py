"""What a run of the benchmark is asked to do, and where its files are."""
import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BENCHMARKS = REPOSITORY / "Benchmarks"

ALL_RATIOS = ("P1", "P2", "P3", "P4", "P4a", "P4b", "P5", "P6", "P7", "P8", "P9", "P10", "P11",
              "P12", "P13", "P14", "H-P1", "H-P2", "H-P3", "H-P4", "H-P5")
# What is measured beside them: instructions a user, and the memory of a service with many tenants.
COUNTS, SERVICE = "counts", "service"
# What everything else finds ready then: programs, data, databases.
READY = "ready"


class Failure(Exception):
    """Something that makes the figures worthless: the run ends with this message."""


@dataclass(frozen=True)
class Settings:
    """Read from the environment, so that `make bench QUICK=1 ONLY=P1,P3` reaches here."""
    quick: bool
    sizes: tuple[int, ...]      # users on each side, ascending
    rounds: int
    only: frozenset[str]
    folder: Path                # cached data and peers; may be removed at any time

    @staticmethod
    def from_environment() -> "Settings":
        quick = os.environ.get("QUICK", "") not in ("", "0")
        default = "1000,10000,100000" if quick else "10000,100000,1000000"
        sizes = sorted({int(word) for word in os.environ.get("SIZES", default).split(",")})
        only = frozenset(filter(None, os.environ.get("ONLY", "").replace(" ", "").split(",")))
        known = (*ALL_RATIOS, COUNTS, SERVICE, READY)
        if unknown := only - set(known):
            raise Failure(f"ONLY: no {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        if len(sizes) < 3 or sizes[0] < 1000:
            raise Failure("SIZES wants three or more, from 1000: the data is made of thousands")
        return Settings(quick, tuple(sizes), int(os.environ.get("ROUNDS", "3" if quick else "5")),
                        only, Path(os.environ.get("BENCH_FOLDER", REPOSITORY / ".bench")))

    @property
    def largest(self) -> int:
        return self.sizes[-1]

    @property
    def middle(self) -> int:
        """The size for work that is asked of 100,000 users."""
        return min(100_000, self.largest)

    @property
    def is_whole(self) -> bool:
        """True if nothing is left out or made smaller: it replaces Benchmarks/RESULTS.md."""
        return not self.quick and not self.only and "SIZES" not in os.environ

    def wants(self, *ratios: str) -> bool:
        return not self.only or not self.only.isdisjoint(ratios)
