"""What a run wrote into a store, found by comparing the file with the one before.

Nothing here knows the tables, so it holds for any design of the store. Three counts, because none
says all: rows that are new or different; pages of the file that differ (a row written again as it
was shows in neither); and the MB that the kernel counts as the command's writes (see measure.py).
"""
import sqlite3
from dataclasses import dataclass
from pathlib import Path

ALWAYS = {"runs", "sqlite_sequence"}     # a run writes its own record, whatever it found


@dataclass(frozen=True)
class Writes:
    rows: dict[str, int]    # by table, only those with any
    pages: int
    size: float             # MB of the file afterwards

    @property
    def total(self) -> int:
        """Rows beside the run's own record."""
        return sum(count for table, count in self.rows.items() if table not in ALWAYS)

    def __str__(self) -> str:
        return ", ".join(f"{table} {count:,}" for table, count in self.rows.items()) or "none"


def writes(before: Path, after: Path) -> Writes:
    database = sqlite3.connect(f"file:{after}?mode=ro", uri=True)
    database.execute("ATTACH ? AS before", (f"file:{before}?mode=ro",))
    tables = "SELECT name FROM {}.sqlite_schema WHERE type = 'table'"
    old = {name for (name,) in database.execute(tables.format("before"))}
    rows = {}
    for (name,) in database.execute(tables.format("main")).fetchall():
        except_old = f'EXCEPT SELECT * FROM before."{name}"' if name in old else ""
        query = f'SELECT count(*) FROM (SELECT * FROM main."{name}" {except_old})'
        (count,) = database.execute(query).fetchone()
        if count:
            rows[name] = count
    database.close()
    return Writes(rows, _pages(before, after), after.stat().st_size / 1e6)


def _pages(before: Path, after: Path) -> int:
    size, count = 4096, 0
    with open(before, "rb") as old, open(after, "rb") as new:
        while page := new.read(size):
            count += page != old.read(size)
    return count
