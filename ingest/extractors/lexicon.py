"""Word lists written for this project, read once from `ontologies/lexicon/`.

It promises frozen sets and mappings of lower-case words. It refuses a list with a malformed line.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from silobridge.kg.errors import ReadError


@cache
def table(name: str) -> Mapping[str, str]:
    """Give a two-column list (``entry TAB value``) as a mapping; ``#`` opens a comment line.

    Raises
    ------
    ReadError
        If a line has not exactly two columns.
    """
    text = (files("silobridge") / "ontologies" / "lexicon" / f"{name}.tsv").read_text("utf-8")
    entries: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        entry, separator, value = line.partition("\t")
        if not separator or "\t" in value or not value:
            raise ReadError(
                f"{line!r} is not an entry",
                where=f"{name}.tsv:{number}",
                expected="two columns parted by a tab",
            )
        entries[entry] = value
    return entries


@cache
def words(name: str, value: str) -> frozenset[str]:
    """Give the entries of a list that have one value."""
    return frozenset(entry for entry, kept in table(name).items() if kept == value)
