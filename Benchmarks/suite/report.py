"""Writes what a run found out as Markdown."""
import datetime
import subprocess

from . import answers
from .book import Book, Ratio, seconds
from .context import WARMED_UP_TO, Bench
from .instructions import STAGE_NAMES
from .settings import BENCHMARKS, REPOSITORY
from .works.counting import SIZES as COUNTED

HEAD = """# Results

Made by `{command}` on {date}, from commit {commit}. Do not edit: the next run replaces it.
[README.md](README.md) says what the data is and how it is measured.

"""
LEGEND = """
Wall time, processor time (user and system) and peak memory are medians of {rounds} runs, or of as many
as it says, taken in turn with the peer's, up to {warmed:,} users after one run that is not counted; *from, to* are the
fastest and the slowest wall time. *Server* is the processor time of slapd meanwhile, on the same
cores. *Written* is what the kernel counts as the command's writes to files. Memory below 10 MB is
that of what starts the command.

"""
RUNS = """
Rows are those that the store has after the run and had not before, in all tables but the run's own
record; pages are those of the store's file that differ (4 KiB each). Both are found by comparing
the file with a copy of it from before the run. The first sync ran once, the others are medians.

"""
COUNTS = """
Instructions for one more user, counted by valgrind between {sizes} users: they repeat, on any
machine, whatever else it does. What libraries and the runtime cost belongs to the stage that called
them. `Benchmarks/instructions check` fails where a stage has become a tenth dearer.

"""
SAME = "\n## Same answers\n\nA run in which one of these does not hold ends without results.\n\n"
COMMANDS = "\n## Command lines\n\nAs they ran at the largest size; `$T` is a temporary folder.\n\n"


def report(bench: Bench, machine: list[tuple[str, str]], missing: list[str]) -> str:
    """All that was measured so far; `missing` names the works that were not done."""
    book, account = bench.book, BENCHMARKS / "account.md"
    wanted = [ratio for ratio in book.ratios if bench.settings.wants(ratio.number)]
    wanted.sort(key=_place)
    return "".join([
        _head(bench, machine), _list("Failed", book.failures),
        _list("Not measured: the run has not ended", missing), _ratios(wanted),
        _runs(book), _series(book, bench.settings.rounds), _instructions(book.instructions),
        SAME, *(f"- {line}\n" for line in dict.fromkeys(answers.checked)),
        COMMANDS, _commands(book), _list("Notes", book.notes), _times(book.times),
        "\n" + account.read_text() if account.exists() else ""])


def _place(ratio: Ratio) -> tuple[int, str]:
    """P2 before P10, P4 before P4a, those of several hosts behind, and what has no number last."""
    later = 100 if ratio.number.startswith("H-") else 0
    digits = ratio.number.removeprefix("H-")[1:].rstrip("ab")
    return later + int(digits) if digits.isdigit() else 200, ratio.number


def _head(bench: Bench, machine: list[tuple[str, str]]) -> str:
    describe = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    commit = subprocess.run(describe, cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    settings = bench.settings
    command = f"make bench ROUNDS={settings.rounds}" + (" QUICK=1" if settings.quick else "") + (
        f" ONLY={','.join(sorted(settings.only))}" if settings.only else "")
    text = HEAD.format(command=command, date=datetime.date.today(), commit=commit or "unknown")
    return text + _table(["what", "is"], machine + bench.versions)


def _ratios(ratios: list[Ratio]) -> str:
    head = ["#", "work", "against", "measured", "reach", "reached", "limit, and how far it is"]
    rows = []
    for ratio in ratios:
        target = ("≥ " if ratio.at_least else "≤ ") + _value(ratio.target, ratio.unit)
        rows.append((ratio.number, ratio.what, ratio.against, _value(ratio.value, ratio.unit),
                     target, "yes" if ratio.is_reached else "**no**", ratio.limit))
    return "\n## Ratios\n\n" + _table(head, rows) if rows else ""


def _value(value: float, unit: str) -> str:
    if unit == "×":
        return f"{value:.2f}"
    return f"{value:,.0f} {unit}" if value >= 100 or value == int(value) else f"{value:,.1f} {unit}"


def _runs(book: Book) -> str:
    head = ["run", "wall", "CPU", "memory", "rows written", "by table", "pages", "written"]
    rows = []
    for run in book.runs:
        taken = run.series
        rows.append((run.name, seconds(taken.median()), seconds(taken.median("cpu")),
                     f"{taken.median('memory'):.0f} MB", f"{run.rows:,}", run.detail,
                     f"{run.pages:,}", f"{taken.median('written'):.1f} MB"))
    return "\n## Three runs\n" + RUNS + _table(head, rows) if rows else ""


def _series(book: Book, rounds: int) -> str:
    head = ["work", "users", "who", "wall", "from, to", "CPU", "server", "memory", "written"]
    rows = []
    for series in book.series:
        server, runs = series.median("server"), len(series.samples)
        side = series.side + ("" if runs == rounds else f" ({runs} ×)")
        rows.append((series.work, f"{series.size:,}", side, seconds(series.median()),
                     ", ".join(map(seconds, series.spread())), seconds(series.median("cpu")),
                     seconds(server) if server else "", f"{series.median('memory'):.0f} MB",
                     f"{series.median('written'):.1f} MB"))
    return "\n## Medians\n" + LEGEND.format(rounds=rounds, warmed=WARMED_UP_TO) + _table(head, rows)


def _instructions(counted: dict[str, dict[str, int]]) -> str:
    head = ["work", *STAGE_NAMES, "total"]
    rows = [(work, *(f"{stages[name]:,}" if stages.get(name) else "" for name in head[1:]))
            for work, stages in counted.items()]
    sizes = " and ".join(f"{size:,}" for size in COUNTED)
    return "\n## Instructions\n" + COUNTS.format(sizes=sizes) + _table(head, rows) if rows else ""


def _commands(book: Book) -> str:
    lines = {(series.work, series.side): series.command for series in book.series}
    return "```sh\n" + "".join(f"# {work}: {side}\n{command}\n"
                               for (work, side), command in lines.items()) + "```\n"


def _times(times: dict[str, float]) -> str:
    rows = [(work, f"{taken:.0f} s") for work, taken in times.items()]
    rows.append(("all", f"{sum(times.values()) / 60:.1f} min"))
    return "\n## How long it took\n\n" + _table(["part", "took"], rows)


def _list(heading: str, lines: list[str]) -> str:
    return f"\n## {heading}\n\n" + "".join(f"- {line}\n" for line in lines) if lines else ""


def _table(head: list[str], rows: list[tuple]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)
