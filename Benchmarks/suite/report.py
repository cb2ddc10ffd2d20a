"""Writes what a run found out as Markdown."""
import datetime
import subprocess

from . import answers
from .book import Book, Ratio, seconds
from .context import Bench
from .measure import Series

from .settings import BENCHMARKS, REPOSITORY

HEAD = """# Results

Made by `{command}` on {date}, from commit {commit}. Do not edit: the next run replaces it. What [README.md](README.md)
says of the data and of how it is measured is not repeated here.

"""
LEGEND = """
Wall time, processor time (user and system) and peak memory are medians of {rounds} runs unless it says otherwise, taken in turn
with the peer's after one run that is not counted; *from, to* are the fastest and the slowest wall time. *Server* is the processor
time of slapd meanwhile, on the same cores. *Written* is what the kernel counts as the command's writes to files. Memory below
10 MB is that of what starts the command.
"""
RUNS = """
Rows are those that the store has after the run and had not before, in all tables but the run's own record; pages are those of
the store's file that differ (4 KiB each). Both are found by comparing the file with a copy of it from before the run.
"""


def report(bench: Bench, load: list[tuple[str, str]]) -> str:
    book = bench.book
    wanted = [ratio for ratio in book.ratios if bench.settings.wants(ratio.number)]
    parts = [_head(bench, load), _ratios(wanted), _runs(book), _series(book, bench.settings.rounds),
             _answers(), _commands(book), _notes(book)]
    account = BENCHMARKS / "account.md"
    if account.exists():
        parts.append(account.read_text())
    return "\n".join(part for part in parts if part)


def _head(bench: Bench, load: list[tuple[str, str]]) -> str:
    commit = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"], cwd=REPOSITORY,
                            capture_output=True, text=True).stdout.strip() or "unknown"
    settings = bench.settings
    command = "make bench" + (" QUICK=1" if settings.quick else "") + (
        f" ONLY={','.join(sorted(settings.only))}" if settings.only else "")
    rows = load + bench.peers.versions(bench.tenantctl)
    return (HEAD.format(command=command, date=datetime.date.today(), commit=commit)
            + _table(["what", "is"], rows))


def _ratios(ratios: list[Ratio]) -> str:
    rows = []
    for ratio in ratios:
        sign = "≥" if ratio.at_least else "≤"
        reached = "yes" if ratio.is_reached else "**no**"
        rows.append((ratio.number, ratio.what, ratio.against, _value(ratio.value, ratio.unit),
                     f"{sign} {_value(ratio.target, ratio.unit)}", reached, ratio.limit))
    head = ["#", "work", "against", "measured", "reach", "reached", "limit, and the distance to it"]
    return "\n## Ratios\n\n" + _table(head, rows) if rows else ""


def _value(value: float, unit: str) -> str:
    if unit == "×":
        return f"{value:.2f}"
    return f"{value:,.0f} {unit}" if value >= 100 or value == int(value) else f"{value:,.1f} {unit}"


def _runs(book: Book) -> str:
    if not book.runs:
        return ""
    rows = []
    for run in book.runs:
        taken = book.find("three runs", run.samples.size, run.samples.side) or run.samples
        rows.append((run.name, seconds(taken.median()), seconds(taken.median("cpu")), f"{taken.median('memory'):.0f} MB",
                     f"{run.rows:,}", run.detail, f"{run.pages:,}", f"{run.samples.median('written'):.1f} MB"))
    return "\n## Three runs\n" + RUNS + "\n" + _table(
        ["run", "wall", "CPU", "memory", "rows written", "by table", "pages", "written"], rows)


def _series(book: Book, rounds: int) -> str:
    rows = []
    for series in book.series:
        low, high = series.spread()
        server = series.median("server")
        rows.append((series.work, f"{series.size:,}", series.side, seconds(series.median()),
                     f"{seconds(low)}, {seconds(high)}", seconds(series.median("cpu")),
                     seconds(server) if server else "", f"{series.median('memory'):.0f} MB",
                     f"{series.median('written'):.1f} MB"))
    return "\n## Medians\n" + LEGEND.format(rounds=rounds) + "\n" + _table(
        ["work", "users", "who", "wall", "from, to", "CPU", "server", "memory", "written"], rows)


def _answers() -> str:
    lines = dict.fromkeys(answers.checked)
    return "\n## Same answers\n\nA run in which one of these does not hold ends there, and writes nothing.\n\n" + (
        "".join(f"- {line}\n" for line in lines))


def _commands(book: Book) -> str:
    lines = {}
    for series in book.series:
        lines.setdefault((series.work, series.side), series.command)
    text = "".join(f"# {work}: {side}\n{command}\n" for (work, side), command in lines.items())
    return f"\n## Command lines\n\nAs the last of the sizes ran them; `$T` is a temporary folder.\n\n```sh\n{text}```\n"


def _notes(book: Book) -> str:
    return "\n## Notes\n\n" + "".join(f"- {note}\n" for note in book.notes) if book.notes else ""


def _table(head: list[str], rows: list[tuple]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
