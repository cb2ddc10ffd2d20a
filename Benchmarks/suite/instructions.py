"""How many instructions each stage of the work costs per user, counted by valgrind: they repeat, on any machine.

Two sizes are counted and the difference is divided, so that starting the program is left out. What a function costs
belongs to the stage of the folder that its source lies in; what the libraries, the runtime and the columns
that all stages share cost belongs to those that called them, by what they spent there. Whom that is, valgrind knows only about
where a function waits and goes on; what a stage's own functions cost, and all of them together, repeats.
"""
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from .data import Data
from .product import Site
from .settings import BENCHMARKS, REPOSITORY, Failure

# The first that a path begins with counts; no stage: the callers'.
STAGES = (
    ("fold", ("Sources/PluginContract/CanonicalText",)),
    ("key", ("Plugins/LoginMatcher", "Plugins/SMTPMatcher", "Plugins/CompositeMatcher",
             "Sources/PluginContract/KeyBatch", "Sources/Reconciliation/Join/CheckedKeys")),
    ("join", ("Sources/Reconciliation/Join",)),
    ("decide", ("Sources/Reconciliation",)),
    ("read users", ("Sources/TenantStore/Users",)),
    ("write", ("Sources/TenantStore",)),
    ("export", ("Plugins/CSVExporter", "Sources/Administration/Export",
                "Sources/Administration/Sync/PlanRows", "Sources/PluginContract/CSVCellWriter",
                "Sources/PluginContract/RowBatch")),
    ("read", ("Sources/ActiveDirectory", "Sources/TenantCore/Text")),
)
REST = "rest"
STAGE_NAMES = ("read", "fold", "key", "join", "decide", "read users", "write", "export", REST)


class Costs(NamedTuple):
    """Instructions by stage."""
    whole: dict[str, int]   # with what a stage had others do
    own: dict[str, int]     # of its own functions


class Symbols:
    """In which stage each function of a program is."""

    def __init__(self, program: Path):
        self.program = program
        listed = subprocess.run(["nm", program], check=True, capture_output=True, text=True).stdout
        rows = [line.split() for line in listed.splitlines()]
        self.addresses = {row[2]: row[0] for row in rows if len(row) == 3 and row[1] in "tTwW"}
        self.known: dict[str, str | None] = {}      # the stages of the functions that were asked for
        if not self.addresses:
            raise Failure(f"{program} has no symbols; Scripts/build-release --symbols builds one")

    def stages(self, functions: list[str]) -> dict[str, str]:
        """The stage of each function that is in one, by the file that its source begins in."""
        self._ask([function for function in functions
                   if function in self.addresses and function not in self.known])
        return {function: stage for function in functions
                if (stage := self.known.get(function))}

    def _ask(self, functions: list[str]) -> None:
        asked = "".join(f"0x{self.addresses[function]}\n" for function in functions)
        answer = subprocess.run(["addr2line", "--addresses", "--inlines", "-e", self.program],
                                input=asked, check=True, capture_output=True, text=True).stdout
        files, last = [], ""
        for line in answer.splitlines():
            if line.startswith("0x"):
                files.append(last)
            else:
                last = line     # the last of an address is the function itself, not what it inlined
        files.append(last)
        for function, file in zip(functions, files[1:]):
            path = file.removeprefix(f"{REPOSITORY}/")
            self.known[function] = next(
                (stage for stage, prefixes in STAGES if path.startswith(prefixes)), None)


class Profile:
    """A file that callgrind wrote: what each function cost itself, and what each call cost in all."""

    def __init__(self, file: Path):
        self.own: dict[str, int] = defaultdict(int)
        self.callers: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        names: dict[str, str] = {}
        function = called = ""
        for line in open(file, encoding="utf-8", errors="replace"):
            key, _, value = line.rstrip("\n").partition("=")
            if key in ("fn", "cfn"):
                number, _, name = value.partition(" ")
                name = names.setdefault(number, name)
                if key == "fn":
                    function = name
                else:
                    called = name
            elif line[0].isdigit() or line[0] in "+-*":
                cost = int(line.split()[1]) if " " in line.strip() else 0
                if called:
                    self.callers[called][function] += cost
                    called = ""
                else:
                    self.own[function] += cost

    @property
    def total(self) -> int:
        return sum(self.own.values())

    def by_stage(self, stages: dict[str, str]) -> Costs:
        own: dict[str, int] = defaultdict(int)
        for function, stage in stages.items():
            own[stage] += self.own[function]
        return Costs(self._whole(stages), dict(own))

    def _whole(self, stages: dict[str, str]) -> dict[str, int]:
        costs: dict[str, float] = defaultdict(float)
        pending = {function: float(cost) for function, cost in self.own.items()}
        # Each round hands what is not in a stage to its callers; what calls itself keeps a part.
        for _ in range(100):
            handed: dict[str, float] = defaultdict(float)
            for function, cost in pending.items():
                callers = self.callers.get(function, {})
                whole = sum(spent for caller, spent in callers.items() if caller != function)
                if function in stages:
                    costs[stages[function]] += cost
                elif not whole:
                    costs[REST] += cost
                else:
                    for caller, spent in callers.items():
                        if caller != function:
                            handed[caller] += cost * spent / whole
            pending = handed
        costs[REST] += sum(pending.values())
        return {stage: round(cost) for stage, cost in costs.items()}


class Counter:
    """Counts commands of a program whose symbols are there."""

    def __init__(self, scratch: Path, given: str | None = None):
        if not given:
            build = [REPOSITORY / "Scripts/build-release", "--symbols", "tenantctl"]
            done = subprocess.run(build, check=True, stdout=subprocess.PIPE, text=True)
            given = f"{done.stdout.strip()}/tenantctl"
        built = Path(given)
        self.symbols, self.scratch = Symbols(built), scratch
        # Valgrind does not know the debug information that Swift writes.
        self.program = scratch / "tenantctl"
        subprocess.run(["strip", "--strip-debug", "-o", self.program, built], check=True)
        # Nor may a program's main thread wait in it, see there.
        self.preload = scratch / "valgrind-sigsuspend.so"
        subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", self.preload,
                        BENCHMARKS / "valgrind-sigsuspend.c"], check=True)

    def site(self, folder: Path) -> Site:
        """A new folder of tenants for the program that is counted."""
        folder.mkdir(mode=0o755)
        return Site(self.program, folder)

    def count(self, site: Site, *words) -> Costs:
        """The instructions of one command by stage."""
        output = self.scratch / "callgrind"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--dump-line=no",
             # What waits and goes on looks like recursion: by another name it would be in no stage.
             "--separate-recs=1", f"--callgrind-out-file={output}",
             "--", *map(str, site.command(*words))], text=True, capture_output=True,
            # The same hashes, and so the same collisions, each time.
            env=os.environ | site.environment
            | {"SWIFT_DETERMINISTIC_HASHING": "1", "LD_PRELOAD": str(self.preload)})
        if done.returncode:
            raise Failure(f"tenantctl {words[0]} under valgrind: {done.stderr[-2000:]}")
        profile = Profile(output)
        output.unlink()
        return profile.by_stage(self.symbols.stages(list(profile.own)))

    def works(self, folder: Path, data: Data) -> dict[str, Costs]:
        """What is counted, at one size."""
        site = self.site(folder)
        site.files("stored", data, imported=True)
        site.files("files", data)
        file = folder / "export.csv"
        export = ("--format", "csv", "--exact", "--output", file)
        return {
            "users import": self.count(site, "users", "import", "stored", data.users),
            "first sync": self.count(site, "sync", "stored"),
            "second sync": self.count(site, "sync", "stored"),
            "export": self.count(site, "export", "stored", *export),
            "export --live": self.count(site, "export", "files", "--live", *export),
        }


def per_user(small: tuple[int, dict[str, Costs]], large: tuple[int, dict[str, Costs]]) -> dict:
    """Instructions for one more user, by work and stage, all of it under `total`, what the stages' own functions
    cost under `own`."""
    users = large[0] - small[0]
    answer = {}
    for work, costs in large[1].items():
        less = small[1][work]
        answer[work] = _differences(less.whole, costs.whole, users)
        answer[work]["total"] = round((sum(costs.whole.values()) - sum(less.whole.values())) / users)
        answer[work]["own"] = _differences(less.own, costs.own, users)
    return answer


def _differences(small: dict[str, int], large: dict[str, int], users: int) -> dict:
    return {stage: round((cost - small.get(stage, 0)) / users)
            for stage, cost in sorted(large.items(), key=lambda item: -item[1])}
