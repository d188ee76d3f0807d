"""How classification codes are spelt: from what a file wrote to the identifiers it may mean.

It promises candidates from the most to the least specific, for every spelling that offices and readers
use. It refuses to guess: what does not look like a code of its scheme has no candidates.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping

_CPC = re.compile(r"([A-HY])(?:(\d{2})(?:([A-Z])(?:(\d{1,4})(?:/(\d{1,6}))?|(\d{4})(\d{6}))?)?)?")
_NACE = re.compile(r"([A-U]?)(\d{2})(?:\.?(\d)\.?(\d)?)?")
_ALIASES = {
    "ipc": "cpc",
    "ipcr": "cpc",
    "arxiv-category": "arxiv-cat",
    "nace2": "nace",
    "isic4": "isic",
    "gb-t": "gbt",
}
_GBT = re.compile(r"([A-T]?)(?:(0[1-9]|[1-8]\d|9[0-7])\d{0,2})?")
_GBT_SECTIONS = "ABCDEFGHIJKLMNOPQRST"
_GBT_FIRST = (1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91, 97)
"""The first division of each section."""
_COUNTRIES = {"UK": "GB", "EL": "GR"}


def candidates(code: str, divisions: Mapping[str, str]) -> Iterator[str]:
    """Give the identifiers a raw code may stand for, nearest first.

    Parameters
    ----------
    code
        A prefix, a colon and the code as the file spells it.
    divisions
        The section letter of each NACE division.

    Examples
    --------
    >>> list(candidates("cpc:H01L 31/18", {}))
    ['cpc:H01L31/18', 'cpc:H01L31', 'cpc:H01L', 'cpc:H01', 'cpc:H']
    >>> list(candidates("nace:26.11", {"26": "C"}))
    ['nace:C26.11', 'nace:C26.1', 'nace:C26', 'nace:C']
    """
    prefix, separator, local = code.strip().partition(":")
    prefix = _ALIASES.get(prefix.strip().lower(), prefix.strip().lower())
    if not separator or len(local) > 64:
        return
    local = re.sub(r"\s+", "", local)
    if prefix == "nace":
        yield from _nace(local, divisions)
    elif prefix in _SPELLINGS:
        for spelling in _SPELLINGS[prefix](local):
            yield f"{prefix}:{spelling}"
    elif prefix == "openalex" and re.fullmatch(r"T\d+", local):
        yield f"oa-topic:{local}"


def _cpc(local: str) -> Iterator[str]:
    match = _CPC.fullmatch(local.upper())
    if not match:
        return
    section, class_, subclass, group, subgroup, padded, rest = match.groups()
    if padded:
        group, subgroup = padded, rest[:2] + rest[2:].rstrip("0")
    if group:
        main = f"{section}{class_}{subclass}{int(group)}"
        if subgroup and subgroup.strip("0"):
            yield f"{main}/{subgroup}"
        yield main
        if int(group) > 2000:
            # Indexing codes that break a main group down carry its number plus 2000.
            yield f"{section}{class_}{subclass}{int(group) - 2000}"
    if subclass:
        yield f"{section}{class_}{subclass}"
    if class_:
        yield f"{section}{class_}"
    yield section


def _nace(local: str, divisions: Mapping[str, str]) -> Iterator[str]:
    text = local.upper()
    if len(text) == 1 and text.isalpha():
        yield f"nace:{text}"
        return
    match = _NACE.fullmatch(text)
    if not match:
        return
    letter, division, group, class_ = match.groups()
    section = divisions.get(division)
    if section is None or (letter and letter != section):
        return
    head = f"nace:{section}{division}"
    if group and class_:
        yield f"{head}.{group}{class_}"
    if group:
        yield f"{head}.{group}"
    yield head
    yield f"nace:{section}"


def _shrinking(local: str, longest: int) -> Iterator[str]:
    if local.isascii() and local.isdigit() and 2 <= len(local) <= longest:
        yield from (local[:length] for length in range(len(local), 1, -1))


def _isic(local: str) -> Iterator[str]:
    text = local.upper()
    if len(text) == 1:
        yield text
    yield from _shrinking(text.lstrip("ABCDEFGHIJKLMNOPQRSTU"), 4)


def _gbt(local: str) -> Iterator[str]:
    # A letter and two digits; files often leave out the letter, which the division settles.
    match = _GBT.fullmatch(local.upper())
    if not match:
        return
    letter, digits = match.groups()
    section = _GBT_SECTIONS[bisect_right(_GBT_FIRST, int(digits)) - 1] if digits else letter
    if letter and letter != section:
        return
    if digits:
        yield digits
    yield section


def _sic(local: str) -> Iterator[str]:
    if len(local) == 1:
        yield local.upper()
    if len(local) == 3:
        # Registers that store numbers lose the leading zero: 100 is 0100, and no group 100 exists.
        yield local
        yield from _shrinking("0" + local, 4)
    yield from _shrinking(local, 4)


_NAICS_SPANS = {
    "31": "31-33",
    "32": "31-33",
    "33": "31-33",
    "44": "44-45",
    "45": "44-45",
    "48": "48-49",
    "49": "48-49",
}


def _naics(local: str) -> Iterator[str]:
    for code in _shrinking(local, 6):
        yield _NAICS_SPANS.get(code, code)


def _ford(local: str) -> Iterator[str]:
    parts = local.split(".")
    if len(parts) <= 2 and all(part.isascii() and part.isdigit() for part in parts):
        numbers = [str(int(part)) for part in parts]
        yield ".".join(numbers)
        yield numbers[0]


def _wipo(local: str) -> Iterator[str]:
    yield local.upper().lstrip("0")


def _arxiv(local: str) -> Iterator[str]:
    archive, dot, subject = local.partition(".")
    yield f"{archive.lower()}{dot}{subject.upper() if len(subject) == 2 else subject.lower()}"
    yield archive.lower()


def _openalex(local: str) -> Iterator[str]:
    yield local.rsplit("/", 1)[-1]


def _topic(local: str) -> Iterator[str]:
    tail = local.rsplit("/", 1)[-1].upper()
    yield tail if tail.startswith("T") else f"T{tail}"


def _country(local: str) -> Iterator[str]:
    code = local.upper()
    yield _COUNTRIES.get(code, code)


_SPELLINGS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "cpc": _cpc,
    "isic": _isic,
    "sic": _sic,
    "gbt": _gbt,
    "naics": _naics,
    "ford": _ford,
    "wipo": _wipo,
    "arxiv-cat": _arxiv,
    "oa-domain": _openalex,
    "oa-field": _openalex,
    "oa-subfield": _openalex,
    "oa-topic": _topic,
    "country": _country,
}
