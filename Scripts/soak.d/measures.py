"""What the service takes of the machine, over time, and whether that grows."""

import os
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
# The first part of the time is for warming up: sessions, caches and the allocator's pools fill.
WARM_UP = 0.3


@dataclass
class Sample:
    at: float
    memory: float
    descriptors: int
    threads: int
    stores: float
    logs: float
    complete: int
    others: int
    late: float
    ready: bool
    requests: int


@dataclass
class Bound:
    """What a value may seem to grow by from the end of the warm-up on: a share of its mean, and no less than a step."""

    name: str
    unit: str
    share: float
    step: float
    value: object
    # True to look at the lowest of every twelve samples: what stays, and not what is taken for a moment.
    lowest: bool = False


BOUNDS = [
    # The hash of a password takes 64 MiB while a sign-in is verified.
    Bound("memory that is kept", "MiB", 0.10, 16, lambda sample: sample.memory, lowest=True),
    Bound("descriptors", "", 0.10, 12, lambda sample: sample.descriptors),
    Bound("threads", "", 0.10, 8, lambda sample: sample.threads),
    # A run and its findings are a row of the history, which is kept; a link by hand and a change are lines of it.
    Bound("stores per attempt of a run", "KiB", 0.10, 4, lambda sample: sample.stores * 1024 / max(1, sample.complete + sample.others)),
]


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line with the least squares."""
    if len(points) < 2:
        return 0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    width = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / width if width else 0


class Measures:
    def __init__(self, process: int, state: Path, monitoring: int, seconds: float, load):
        self.process, self.state, self.monitoring, self.seconds, self.load = process, state, monitoring, seconds, load
        self.samples: list[Sample] = []
        self.last_change = 0.0

    def run(self, process, directory) -> list[str]:
        """Samples to the end; what is wrong."""
        begin = time.monotonic()
        step = min(10.0, self.seconds / 12)
        number = 0
        problems = []
        while (now := time.monotonic() - begin) < self.seconds and process.poll() is None:
            try:
                self.samples.append(self.sample(now))
            except OSError as error:
                problems.append(f"monitoring does not answer: {error}")
            number += 1
            # Somebody in each directory gets another name.
            for people in directory.people.values():
                people.version = number
            if number % 12 == 0:
                os.kill(self.process, 1)
            time.sleep(max(0, min(begin + number * step, begin + self.seconds) - time.monotonic()))
        return problems

    def growth(self) -> list[str]:
        """The values that are not flat."""
        return [line for line, is_flat in self.verdicts() if not is_flat]

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.monitoring}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def sample(self, now: float) -> Sample:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{self.process}/status").read_text().splitlines())
        sizes = {False: 0, True: 0}
        for path in self.state.rglob("*"):
            try:
                if path.is_file():
                    sizes["audit" in path.name] += path.stat().st_size
            except FileNotFoundError:
                pass
        complete = others = 0
        late = 0.0
        for line in self.page("/metrics")[1].splitlines():
            if line.startswith("tenantctl_runs_total"):
                name, value = line.rsplit(" ", 1)
                if 'outcome="complete"' in name:
                    complete += int(float(value))
                else:
                    others += int(float(value))
            elif line.startswith("tenantctl_late_seconds"):
                late = max(late, float(line.rsplit(" ", 1)[1]))
        return Sample(
            at=now, memory=int(status["VmRSS"].split()[0]) / 1024, descriptors=len(os.listdir(f"/proc/{self.process}/fd")),
            threads=int(status["Threads"]), stores=sizes[False] / MIB, logs=sizes[True] / MIB, complete=complete, others=others, late=late,
            ready=self.page("/readyz")[0] == 200, requests=self.load.requests)

    def verdicts(self) -> list[tuple[str, bool]]:
        """For each value whether it is flat, in words."""
        counted = [sample for sample in self.samples if sample.at >= self.seconds * WARM_UP]
        found = []
        for bound in BOUNDS:
            points = [(sample.at, bound.value(sample)) for sample in counted]
            if bound.lowest and len(points) > 24:
                points = [min(points[start:start + 12], key=lambda point: point[1]) for start in range(0, len(points) - 11, 12)]
            mean = sum(y for _, y in points) / max(1, len(points))
            growth = slope(points) * (points[-1][0] - points[0][0]) if points else 0
            limit = max(bound.step, bound.share * mean)
            is_flat = growth <= limit
            found.append((
                f"{bound.name} {'flat' if is_flat else 'GROWS'}: mean {mean:.1f} {bound.unit}, fitted {growth:+.1f} {bound.unit} over "
                f"{(points[-1][0] - points[0][0]) / 60 if points else 0:.1f} minutes after warm-up (bound {limit:.1f})", is_flat))
        return found

    def report(self, load, directory):
        print("\nminute  memory MiB  descriptors  threads  stores MiB  audit MiB  runs  other ends  most late s  ready  requests")
        every = max(1, len(self.samples) // 20)
        for number, s in enumerate(self.samples):
            if number % every == 0 or s is self.samples[-1]:
                print(f"{s.at / 60:6.1f}  {s.memory:10.1f}  {s.descriptors:11}  {s.threads:7}  {s.stores:10.2f}  {s.logs:9.2f}  {s.complete:4}"
                      f"  {s.others:10}  {s.late:11.1f}  {'yes' if s.ready else 'no':>5}  {s.requests:8}")
        print("\nfaults drawn: " + ", ".join(f"{name} {count}" for name, count in sorted(directory.drawn.items())))
        print("answers: " + ", ".join(f"{name} {count}" for name, count in sorted(load.counts.items())))
        for line, _ in self.verdicts():
            print(line)
