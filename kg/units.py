"""Units as written, to SI base units: factor, zero and dimension.

It promises the factors of `ontologies/lexicon/units.tsv`, which `tools/units.py` takes from pint, and reads
"mAh g⁻¹", "W/(m·K)" and "mA/cm2" alike. It refuses a symbol that the table does not hold.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from silobridge.kg.errors import ReadError

_BASE = ("m", "kg", "s", "A", "K", "mol", "cd", "bit")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–", "0123456789---")
_PART = re.compile(r"(?P<over>/)?\(?(?P<symbol>[^\s\d^*·⋅×/()-]+)\)?(?:\^?\{?(?P<power>-?\d)\}?)?")
_MOST = 5


class Unit(NamedTuple):
    """A unit: what one of it is in SI base units, where its zero lies, and its dimension in base units."""

    factor: float
    zero: float
    dimension: str

    def si(self, value: float) -> float:
        """Give a value in base units.

        Examples
        --------
        >>> unit("Wh/kg").si(300), unit("°C").si(25)
        (1080000.0, 298.15)
        """
        return value * self.factor + self.zero


@cache
def atoms() -> Mapping[str, tuple[float, float, tuple[int, ...]]]:
    """Give every symbol with its factor, its zero and its exponents of the base units."""
    text = (files("silobridge") / "ontologies" / "lexicon" / "units.tsv").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        symbol, _, value = line.partition("\t")
        factor, zero, *powers = value.split(" ")
        found[symbol] = (float(factor), float(zero), tuple(map(int, powers)))
    for micro in [symbol for symbol in found if symbol.startswith("µ")]:
        found["μ" + micro[1:]] = found[micro]
    return found


def plain(text: str) -> str:
    """Write a unit plainly: raised figures on the line, signs as one, blanks single.

    Examples
    --------
    >>> plain("mAh g⁻¹"), plain("W·m−2")
    ('mAh g-1', 'W·m-2')
    """
    return " ".join(text.translate(_RAISED).split())


@lru_cache(maxsize=1 << 12)
def find(text: str) -> Unit | None:
    """Read a unit, or give None where a symbol of it is unknown.

    Examples
    --------
    >>> find("mAh g⁻¹") == find("mAh/g"), find("frobs")
    (True, None)
    """
    written, place, parts = plain(text), 0, 0
    if whole := atoms().get(written):
        return Unit(whole[0], whole[1], _dimension(written, whole[2]))
    factor, powers, below = 1.0, [0] * len(_BASE), 1
    while place < len(written):
        if written[place] in " ·⋅*×":
            place += 1
            continue
        match = _PART.match(written, place)
        known = atoms().get(match["symbol"]) if match else None
        if match is None or known is None or match["symbol"].startswith("dB") or parts == _MOST:
            return None
        below = -1 if match["over"] else below
        power = below * int(match["power"] or 1)
        factor *= known[0] ** power
        powers = [one + power * other for one, other in zip(powers, known[2], strict=True)]
        place, parts = match.end(), parts + 1
    return Unit(factor, 0.0, _dimension("", tuple(powers))) if parts else None


def unit(text: str) -> Unit:
    """Read a unit.

    Raises
    ------
    ReadError
        A symbol of it is unknown.
    """
    found = find(text)
    if found is None:
        raise ReadError(
            f"{text!r} is no unit known here", expected="symbols such as Wh/kg, mA cm-2, °C, GHz or %"
        )
    return found


def _dimension(symbol: str, powers: tuple[int, ...]) -> str:
    if symbol.startswith("dB"):
        return symbol
    named = [
        base if power == 1 else f"{base}{power}" for base, power in zip(_BASE, powers, strict=True) if power
    ]
    return " ".join(named) or "1"
