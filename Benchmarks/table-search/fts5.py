#!/usr/bin/env python3
"""fts5.py [ROWS]: the review's table in SQLite instead of in memory: a narrow table with an index for each order, and a
trigram FTS5 index for the search. Prints how long a run would have to make them, how large they are, and how long the
pages of `Scripts/compare-pages` take, beside a table of 1,000 rows.
"""
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
SMALL, ROUNDS = 1000, 15
FIRST = "Anna Ben Carla David Emma Felix Greta Hans Ida Jonas Lukas Mia Noah Olga Paul Rita Tina Uwe Vera Walter".split()
LAST = [a + b for a in "Ander Berg Clar Dorn Eber Fisch Hoff Jan Klein Lind Neu Ott Pet Roth Schw Thom Vog Wein".split()
        for b in "er ke mann sen stein ton wald".split()]


def make(folder, rows):
    seed = random.Random(7)
    data = []
    for number in range(rows):
        first, last = seed.choice(FIRST), seed.choice(LAST)
        login = f"{first[0]}{last}{number}".lower()
        matched = seed.random() < 0.9
        data.append((login, f"{login}@big.example", f"{first} {last}".lower(), login if matched else None,
                     int(matched), int(seed.random() < 0.03)))
    data.sort()
    database = sqlite3.connect(os.path.join(folder, f"{rows}.sqlite"))
    database.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE rows (place INTEGER PRIMARY KEY, login TEXT, mail TEXT, name TEXT, user_name TEXT, matched INT, disabled INT);
        CREATE VIRTUAL TABLE search USING fts5(login, mail, name, user_name, content = 'rows', content_rowid = 'place',
                                               tokenize = 'trigram case_sensitive 1', detail = 'none');""")
    size = lambda: database.execute("PRAGMA page_count").fetchone()[0] * 4096 / 1e6
    print(f"{rows:,} rows")
    for name, work in [
            ("table", lambda: database.executemany(
                "INSERT INTO rows (login, mail, name, user_name, matched, disabled) VALUES (?, ?, ?, ?, ?, ?)", data)),
            ("indexes of the orders", lambda: [database.execute(f"CREATE INDEX by_{c} ON rows ({c})") for c in
                                               ("mail", "name", "matched", "disabled")]),
            ("trigrams", lambda: database.execute("INSERT INTO search (search) VALUES ('rebuild')"))]:
        before, start, cpu = size(), time.perf_counter(), time.process_time()
        work()
        database.commit()
        print(f"  {name}: {time.perf_counter() - start:.1f} s, {time.process_time() - cpu:.1f} s of the processor, {size() - before:.0f} MB")
    return database


def pages(rows):
    page = "SELECT place FROM rows"
    def search(term, rest="", order="place"):
        where = " OR ".join(f"{c} LIKE '%{term}%'" for c in ("login", "mail", "name", "user_name"))
        if len(term) < 3:
            return f"SELECT place FROM rows WHERE ({where}) {rest} ORDER BY {order} LIMIT 51"
        grams = " AND ".join(f'"{term[i:i + 3]}"' for i in range(len(term) - 2))
        return (f"SELECT place FROM rows WHERE place IN (SELECT rowid FROM search WHERE search MATCH '{grams}') "
                f"AND ({where}) {rest} ORDER BY {order} LIMIT 51")
    middle = rows // 2
    return {
        "first page": f"{page} ORDER BY place LIMIT 51",
        "a page in the middle": f"{page} WHERE place > {middle} ORDER BY place LIMIT 51",
        "not matched, middle": f"{page} WHERE matched = 0 ORDER BY place LIMIT 51 OFFSET {rows // 20}",
        "matched, disabled, by mail": f"{page} WHERE matched = 1 AND disabled = 1 ORDER BY mail LIMIT 51",
        "by name": f"{page} ORDER BY name LIMIT 51",
        "by mail, descending, middle": f"{page} ORDER BY mail DESC LIMIT 51 OFFSET {middle}",
        "count of matched, disabled": "SELECT count(*) FROM rows WHERE matched = 1 AND disabled = 1",
        "search: many": search("ander"), "search: one": search(f"r{rows - 1}@"), "search: none": search("qqxyz"),
        "search: many, by name": search("mann", order="name"), "search: two letters": search("qz"),
        "search in not matched": search("stein", "AND matched = 0"),
    }


with tempfile.TemporaryDirectory() as folder:
    small, big = make(folder, SMALL), make(folder, ROWS)
    queries = pages(SMALL), pages(ROWS)
    for name in queries[0]:
        medians = []
        for database, query in zip((small, big), (queries[0][name], queries[1][name])):
            times = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                database.execute(query).fetchall()
                times.append((time.perf_counter() - start) * 1000)
            medians.append(statistics.median(times))
        print(f"  {name:28} {medians[0]:8.2f} ms {medians[1]:8.2f} ms")
