"""Whether two programs gave the same answer: figures of different answers are worth nothing."""
import base64
import csv
import hashlib
import multiprocessing
import uuid
from collections.abc import Iterable
from pathlib import Path

from .settings import Failure

checked: list[str] = []      # what was found equal, for the results


def same(what: str, first: Iterable[list[str]], second: Iterable[list[str]], rows: int) -> None:
    """Fails unless both have the same rows, in any order, and as many as said.

    The rows are summed up by their hashes, so that a million of them need no memory.
    """
    sums = _sums(first, second)
    if sums[0] != sums[1]:
        raise Failure(f"{what}: the answers differ ({sums[0][1]:,} and {sums[1][1]:,} rows)")
    if sums[0][1] != rows:
        raise Failure(f"{what}: {sums[0][1]:,} rows instead of {rows:,}")
    checked.append(f"{what}: {sums[0][1]:,} rows, equal")


def equal(what: str, first, second) -> None:
    if first != second:
        raise Failure(f"{what}: {first} and {second} differ")
    checked.append(f"{what}: {first:,}" if isinstance(first, int) else f"{what}: {first}")


def _sums(first: Iterable[list[str]], second: Iterable[list[str]]) -> list[tuple[int, int]]:
    """Of both at once, each in a process: a million rows take seconds."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    other = fork.Process(target=lambda: sender.send(_sum(first)))
    other.start()
    sender.close()
    try:
        sums = [_sum(second), receiver.recv()]
    except EOFError:
        raise Failure("an answer cannot be read; what is wrong with it stands above") from None
    finally:
        other.join()
    return sums


def _sum(rows: Iterable[list[str]]) -> tuple[int, int]:
    total, count = 0, 0
    for row in rows:
        digest = hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).digest()
        total = (total + int.from_bytes(digest)) % (1 << 128)
        count += 1
    return total, count


def table(path: Path, columns: list[str] | None = None) -> Iterable[list[str]]:
    """The rows of a CSV file below its header; some columns, in the order asked for."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        places = [header.index(name) for name in columns or header]
        for row in reader:
            yield [row[place] for place in places]


def entries(path: Path, attributes: list[str]) -> Iterable[list[str]]:
    """The values of ldapsearch's LDIF, an entry a row; an objectGUID as it is usually written."""
    wanted = {name.lower(): place for place, name in enumerate(attributes)}
    row = None
    for text in _unfolded(path):
        name, _, value = text.partition(":")
        if name == "dn":
            row = [""] * len(attributes)
        elif not text and row is not None:
            yield row
            row = None
        elif row is not None and (place := wanted.get(name.lower())) is not None:
            if value.startswith(":"):
                data = base64.b64decode(value[1:])
                is_guid = name.lower() == "objectguid"
                row[place] = str(uuid.UUID(bytes_le=data)) if is_guid else data.decode()
            else:
                row[place] = value[1:]
    if row is not None:
        yield row


def _unfolded(path: Path) -> Iterable[str]:
    with open(path, encoding="utf-8") as file:
        pending = None
        for text in file:
            text = text.rstrip("\n")
            if text.startswith(" ") and pending is not None:
                pending += text[1:]
                continue
            if pending is not None:
                yield pending
            pending = text
        if pending is not None:
            yield pending
