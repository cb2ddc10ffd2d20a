"""Times commands: wall clock, processor time, peak memory, bytes written; in turn, with medians."""
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .settings import BENCHMARKS, Failure

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """What one run of a command cost."""
    wall: float         # seconds
    user: float         # seconds of processor time
    system: float
    memory: float       # MB, the most that was resident
    written: float      # MB that the kernel counts as the command's writes to files
    server: float = 0   # seconds of processor time of the server that was asked

    @property
    def cpu(self) -> float:
        return self.user + self.system


@dataclass
class Series:
    """The runs of one command."""
    work: str
    size: int
    side: str
    command: str = ""
    samples: list[Sample] = field(default_factory=list)

    def median(self, of: str = "wall") -> float:
        return statistics.median(getattr(sample, of) for sample in self.samples)

    @property
    def total(self) -> float:
        """Seconds that all runs took."""
        return sum(sample.wall for sample in self.samples)

    def to(self, other: "Series", of: str = "wall") -> float:
        """How many times the other's median this one's is."""
        return self.median(of) / other.median(of)

    def spread(self) -> tuple[float, float]:
        walls = [sample.wall for sample in self.samples]
        return min(walls), max(walls)


@dataclass
class Side:
    """One of those that are compared: a command, what comes before it and is not timed."""
    name: str
    command: list
    prepare: Callable[[], None] = lambda: None
    input: str | None = None
    output: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    after: Callable[[], None] = lambda: None
    once: bool = False      # too slow to be run in each round


def processor_time(process: int) -> float:
    """Seconds that a running process has used so far."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def peak(process: int) -> float:
    """MB, the most that was resident of a running process."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


def run(side: Side, server: int | None = None) -> Sample:
    """Runs a command once. What others still have to write is written before the clock starts."""
    side.prepare()
    os.sync()
    before = processor_time(server) if server else 0
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result")
        with open(side.output or os.devnull, "wb") as output:
            done = subprocess.run(
                [sys.executable, "-I", "-S", str(BENCHMARKS / "suite/launcher.py"), str(result),
                 *map(str, side.command)],
                input=(side.input or "").encode(), stdout=output, stderr=subprocess.PIPE,
                env=os.environ | side.environment)
        cost = json.loads(result.read_text()) if result.exists() else {"code": done.returncode}
    if cost.pop("code"):
        message = done.stderr.decode(errors="replace")[-2000:]
        raise Failure(f"{shown(side.command)}\nfailed: {message}")
    after = processor_time(server) if server else 0
    side.after()
    return Sample(**cost, server=after - before)


def alternate(work: str, size: int, rounds: int, sides: list[Side], server: int | None = None,
              warm: bool = True) -> list[Series]:
    """Runs the sides in turn, each `rounds` times and, if it is warmed up, once before."""
    series = [Series(work, size, side.name, shown(side.command, side.input)) for side in sides]
    for number in range(rounds + warm):
        for side, taken in zip(sides, series):
            if side.once and number:
                continue
            sample = run(side, server)
            if number >= warm or side.once:
                taken.samples.append(sample)
    for taken in series:
        print(f"  {work:30} {size:9,}  {taken.side:34} {taken.median():8.2f} s",
              f"{taken.median('cpu'):8.2f} s CPU {taken.median('memory'):7.0f} MB", file=sys.stderr)
    return series


replacements: list[tuple[str, str]] = []     # long paths and what stands for them in the results


def shown(command: list, input: str | None = None) -> str:
    """A command as it stands in the results."""
    words = [str(word) for word in command]
    if len(words) > 40:
        words = words[:4] + ["…"] + words[-4:]
    text = shlex.join(words).replace("'…'", "…")
    text += f" <<< {shlex.quote(input)}" if input else ""
    for long, short in replacements:
        text = text.replace(long, short)
    return text
