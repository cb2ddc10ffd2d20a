"""Users of a directory and of an application, made up from a fixed seed and kept by their number.

Every thousand people are composed alike, so that each size asks the same of a matcher:

  100  no user of the application; near 10 of them is one that differs in an accent, a space or the
       domain of the mail address
    5  ambiguous: two users of the application have the login;  5: two have the mail address
   10  contested: two people share the mail address that one user has
    5  contested: the mail address is that of somebody who is matched by login
  875  matched: two thirds by login (in capitals), one third by the mail address (in small letters)

A tenth of the people have names, and so logins, beyond ASCII; a tenth of the application's users
belong to nobody. Both sides are shuffled. Letters are chosen so that lower case alone folds them:
a peer that knows no more of Unicode has the same answer.
"""
import base64
import csv
import json
import random
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

FORM = 2    # raised whenever the same parameters would give other files
DOMAIN, BASE, UNITS = "CORP", "DC=corp,DC=example,DC=com", 10

# Each name as it is, and in ASCII as mail addresses have it.
PLAIN_FIRST = [(name, name) for name in "Anna Ben Carla David Emma Felix Greta Hans Ida Jonas "
               "Lukas Mia Noah Olga Paul Rita Tina Uwe Vera Walter".split()]
PLAIN_LAST = [(begin + end, begin + end) for end in "er ke mann sen stein wald".split() for begin in
              "Ander Berg Clar Dorn Eber Fisch Hoff Jan Klein Lind Neu Ott".split()]
OTHER_FIRST = [("José", "Jose"), ("Zoë", "Zoe"), ("Łukasz", "Lukasz"), ("Søren", "Soren"),
               ("Jürgen", "Juergen"), ("Renée", "Renee"), ("Åsa", "Asa"), ("Ольга", "Olga"),
               ("Дмитрий", "Dmitrij"), ("李伟", "Wei")]
OTHER_LAST = [("Müller", "Mueller"), ("Núñez", "Nunez"), ("Żak", "Zak"), ("Čapek", "Capek"),
              ("Sjöström", "Sjostrom"), ("Иванова", "Ivanova"), ("Øst", "Ost"), ("王", "Wang")]
USER_COLUMNS = "userName windowsLogin firstName lastName employeeId email active".split()
DIRECTORY_COLUMNS = ("DistinguishedName SamAccountName UserPrincipalName mail GivenName Surname "
                     "EmployeeID ObjectGUID userAccountControl").split()


@dataclass(frozen=True)
class Data:
    """The files of one size."""
    folder: Path
    size: int
    matched: int        # how many people the composition above says are matched

    ldif = property(lambda self: self.folder / "directory.ldif")
    directory = property(lambda self: self.folder / "directory.csv")
    users = property(lambda self: self.folder / "users.csv")

    @property
    def bytes(self) -> int:
        """Of both CSV files."""
        return self.directory.stat().st_size + self.users.stat().st_size


class People:
    """What is known of person `number`; the same for the same seed, in whatever order one asks."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def name(self, number: int):
        first, last = (OTHER_FIRST, OTHER_LAST) if number % 10 == 3 else (PLAIN_FIRST, PLAIN_LAST)
        return first[number * 7 % len(first)], last[number // 10 * 13 % len(last)]

    def login(self, number: int) -> str:
        (first, _), (last, _) = self.name(number)
        return f"{first[0]}{last}{number:07}".lower()

    def mail(self, number: int) -> str | None:
        role = number % 1000
        if 110 <= role < 120:
            number -= role % 2          # two people with one address
        elif 120 <= role < 125:
            number += 30                # the address of somebody who is matched by login
        elif 20 <= role < 30 or 160 <= role < 165:
            return None
        (_, first), (_, last) = self.name(number)
        return f"{first}.{last}.{number:07}@Corp.example.com"


def data(folder: Path, size: int, seed: int = 11) -> Data:
    """The files of a size, made if they are not there."""
    target = folder / "data" / f"{size}-{seed}-form{FORM}"
    facts = target / "facts.json"
    if not facts.exists():
        partial = target.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        matched = _write(partial, size, seed)
        (partial / "facts.json").write_text(json.dumps({"matched": matched}))
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    return Data(target, size, json.loads(facts.read_text())["matched"])


def _write(folder: Path, size: int, seed: int) -> int:
    people = People(seed)
    order = list(range(size))
    people.random.shuffle(order)
    with open(folder / "directory.ldif", "w", encoding="utf-8") as ldif, \
            open(folder / "directory.csv", "w", newline="", encoding="utf-8") as table:
        _write_directory(people, order, ldif, table)
    rows = [row for number in range(size) for row in _users(people, number)]
    rows += [_stranger(people, size + number) for number in range(size // 10)]
    people.random.shuffle(rows)
    with open(folder / "users.csv", "w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table)
        writer.writerow(USER_COLUMNS)
        writer.writerows(rows)
    return sum(number % 1000 >= 125 for number in range(size))


def _write_directory(people: People, order: list[int], ldif, table) -> None:
    """The same people as LDIF, which slapadd wants parents first in, and as a CSV export."""
    writer = csv.writer(table)
    writer.writerow(DIRECTORY_COLUMNS)
    ldif.write(f"dn: {BASE}\nobjectClass: domain\ndc: corp\n\n")
    for unit in range(UNITS):
        ldif.write(f"dn: OU=Staff{unit},{BASE}\nobjectClass: organizationalUnit\n\n")
    for place, number in enumerate(order):
        (first, plain_first), (last, plain_last) = people.name(number)
        name = f"{plain_first} {plain_last} {number:07}"
        dn = f"CN={name},OU=Staff{place % UNITS},{BASE}"
        login, mail = people.login(number), people.mail(number)
        principal = f"{plain_first[0]}{plain_last}{number:07}@corp.example.com".lower()
        guid = uuid.UUID(int=people.random.getrandbits(128))
        control = 514 if number % 100 == 7 else 512
        ldif.write(f"dn: {dn}\nobjectClass: user\nobjectCategory: person\ncn: {name}\n"
                   + line("givenName", first) + line("sn", last) + line("sAMAccountName", login)
                   + f"userPrincipalName: {principal}\n" + (line("mail", mail) if mail else "")
                   + f"employeeID: E{number:07}\nuserAccountControl: {control}\n"
                   f"accountExpires: 9223372036854775807\nlockoutTime: 0\n"
                   f"uSNChanged: {10000 + place}\nwhenChanged: 20260101000000.0Z\n"
                   f"objectGUID:: {base64.b64encode(guid.bytes_le).decode()}\n\n")
        writer.writerow([dn, login, principal, mail, first, last, f"E{number:07}", guid, control])


def line(attribute: str, value: str) -> str:
    """A line of LDIF; beyond ASCII in base 64 (RFC 2849)."""
    if value.isascii():
        return f"{attribute}: {value}\n"
    return f"{attribute}:: {base64.b64encode(value.encode()).decode()}\n"


def _users(people: People, number: int) -> list[list[str]]:
    """The users of the application that belong to a person, or nearly."""
    role, name = number % 1000, f"user{number:07}"
    login = f"{DOMAIN}\\{people.login(number).upper()}"
    mail = (people.mail(number) or "").lower()
    if role < 10:
        near = [_accented(login), login[:6] + " " + login[6:], ""][role % 3]
        other = mail.replace("@corp.", "@old.") if not near else ""
        return [_user(people, number, name, near, other)]
    if role < 100 or role in range(111, 120, 2) or 120 <= role < 125:
        return []
    if role < 105:
        return [_user(people, number, name, login, mail),
                _user(people, number, name + "b", login.lower(), "")]
    if role < 110:
        return [_user(people, number, name, "", mail), _user(people, number, name + "b", "", mail)]
    by_mail = role < 120 or role % 3 == 0 and not 150 <= role < 165
    if by_mail:
        return [_user(people, number, name, "", mail)]
    return [_user(people, number, name, login, mail if role % 20 else "")]


def _accented(login: str) -> str:
    """The login with an accent on its first vowel; with a space in front where it has none."""
    domain, name = login.split("\\")
    for letter in name:
        if letter in "AEIOU":
            return f"{domain}\\{name.replace(letter, letter + chr(0x301), 1)}"
    return f"{domain}\\{name[0]} {name[1:]}"


def _user(people: People, number: int, name: str, login: str, mail: str) -> list[str]:
    (first, _), (last, _) = people.name(number)
    return [name, login, first, last, f"E{number:07}", mail, "true"]


def _stranger(people: People, number: int) -> list[str]:
    """A user of the application whom the directory does not know."""
    login = f"{DOMAIN}\\{people.login(number)}" if number % 2 else ""
    return _user(people, number, f"user{number:07}", login, (people.mail(number) or "").lower())
