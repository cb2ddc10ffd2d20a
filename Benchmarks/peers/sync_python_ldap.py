"""sync_python_ldap.py URI USER PASSWORD-FILE BASE USERS.csv ANSWER.csv FILTER [ATTRIBUTE...]

The script that many administrators have: the directory by python-ldap in pages, the users in
dictionaries, the answer by csv. The rules are those of match_duckdb.py.
"""
import csv
import sys
from collections import Counter, defaultdict

import ldap
from ldap.controls import SimplePagedResultsControl

uri, user, password, base, users, answer, filter, *attributes = sys.argv[1:]


def people():
    """(login, mail) of everybody, page after page."""
    connection = ldap.initialize(uri)
    connection.simple_bind_s(user, open(password).read())
    page = SimplePagedResultsControl(True, size=1000, cookie="")
    while True:
        message = connection.search_ext(base, ldap.SCOPE_SUBTREE, filter, attributes,
                                        serverctrls=[page])
        _, entries, _, controls = connection.result3(message)
        for _, entry in entries:
            mail = entry.get("mail")
            yield entry["sAMAccountName"][0].decode(), mail[0].decode() if mail else ""
        page.cookie = next(c.cookie for c in controls if c.controlType == page.controlType)
        if not page.cookie:
            return


by_login, by_mail = defaultdict(list), defaultdict(list)
with open(users, newline="", encoding="utf-8") as file:
    for number, row in enumerate(csv.DictReader(file)):
        if row["windowsLogin"]:
            by_login[row["windowsLogin"].lower()].append(number)
        if row["email"]:
            by_mail[row["email"].lower()].append(number)

rows, taken, open_rows = [], set(), []
for login, mail in people():
    fit = by_login.get(f"corp\\{login.lower()}")
    if fit is None:
        open_rows.append(len(rows))
    elif len(fit) == 1:
        taken.add(fit[0])
    rows.append([login, mail, "Matched" if fit and len(fit) == 1 else "Not Matched"])
claims = Counter(rows[row][1].lower() for row in open_rows)
for row in open_rows:
    mail = rows[row][1].lower()
    free = [number for number in by_mail.get(mail, ()) if number not in taken]
    if len(free) == 1 and claims[mail] == 1:
        rows[row][2] = "Matched"
rows.sort(key=lambda row: row[0].lower())
with open(answer, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(["Active Directory Login", "SMTP Address", "Status"])
    writer.writerows(rows)
