"""Patent classification codes in the one spelling the taxonomies use.

It promises ``cpc:B64C39/024`` for every way an office writes that code, CPC before IPC and each code once.
It refuses text that is no such code, with an empty string.
"""

import re
from collections.abc import Iterable

from silobridge.kg.model import Classification

_CODE = re.compile(r"^([A-HY])\s*(\d{2})\s*([A-Z])\s*(?:0*(\d{1,4})\s*[/ ]?\s*(\d{2,6})?)?")
_SEVENTH = re.compile(r"^\s*([A-H]\d\d[A-Z])\s*(\d*)\s*$")
_MAIN_GROUP = re.compile(r"^0+$")


def cpc(text: str) -> str:
    """Give a CPC or IPC code as a CURIE, or an empty string.

    A main group is written without ``/00``.

    Examples
    --------
    >>> cpc("B64C 39/024"), cpc("H01L 031/00"), cpc("A61B"), cpc("G06F  1730")
    ('cpc:B64C39/024', 'cpc:H01L31', 'cpc:A61B', '')
    """
    match = _CODE.match(text.strip().upper())
    if not match:
        return ""
    section, number, letter, group, subgroup = match.groups()
    if group is None:
        return f"cpc:{section}{number}{letter}"
    if subgroup is None and len(group) > 3 and letter != "C":
        return ""
    tail = "" if subgroup is None or _MAIN_GROUP.match(subgroup) else f"/{subgroup}"
    return f"cpc:{section}{number}{letter}{group}{tail}"


def ipc7(text: str) -> str:
    """Write out a code of the seventh IPC edition, which old US grants give without a slash.

    Where the digits can be cut in two ways only the subclass is kept.

    Examples
    --------
    >>> ipc7("G06F 1516"), ipc7("E03C 104"), ipc7("A61K 31505"), ipc7("7")
    ('G06F15/16', 'E03C1/04', 'A61K', '')
    """
    match = _SEVENTH.match(text)
    if not match:
        return ""
    subclass, digits = match.groups()
    return f"{subclass}{digits[:-2]}/{digits[-2:]}" if len(digits) in (3, 4) else subclass


def classifications(cpc_codes: Iterable[str], ipc_codes: Iterable[str] = ()) -> tuple[Classification, ...]:
    """Give each code once; an IPC code, which CPC refines, says so.

    Examples
    --------
    >>> [(c.domain, c.reason) for c in classifications(["B64C39/02"], ["B64C 39/02", "G05D 1/00"])]
    [('cpc:B64C39/02', ''), ('cpc:G05D1', 'an IPC code, read as CPC')]
    """
    found: dict[str, Classification] = {}
    for codes, reason in ((cpc_codes, ""), (ipc_codes, "an IPC code, read as CPC")):
        for text in codes:
            code = cpc(text)
            if code and code not in found:
                found[code] = Classification(code, reason=reason)
    return tuple(found.values())
