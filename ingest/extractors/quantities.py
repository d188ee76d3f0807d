"""Numbers with units, and what they measure: "an energy density of 300 Wh/kg".

It promises exact places, values as written and in SI base units, and the nearest named property of the same
sentence. It refuses numbers without a unit that is known, and single letters that are more often names.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from silobridge.ingest.extractors.record import Mention, Quantity, Sentence
from silobridge.ingest.extractors.types import type_of
from silobridge.kg import units
from silobridge.kg.forms import normal_form

_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,12})?(?:\s?[×x]\s?10\s?\^?\{?[-−]?\d{1,2}\}?|[eE][-+−]?\d{1,2})?"
_BEFORE = re.compile(
    r"(?P<above>(?:>|≥|(?:equal to or )?(?:greater|more|higher|larger|longer) than(?: or equal to)?|exceed(?:ing|s)?"
    r"|over|above|at least|no less than|not less than|超过|高于|大于|多于|不低于|不小于|不少于|至少))\s*\Z"
    r"|(?P<below>(?:<|≤|(?:equal to or )?(?:less|lower|smaller|fewer|shorter) than(?: or equal to)?|below|under|up to"
    r"|at most|within|no more than|not more than|低于|小于|少于|不超过|不高于|不大于|以内|至多))\s*\Z"
    r"|(?P<near>(?:~|∼|≈|about|approximately|around|nearly|almost|roughly|circa|约为?|大约|近))\s*\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+or\s+(?:(?P<above>more|greater|higher|longer|above|larger)|(?:less|lower|fewer|below|shorter|smaller))\b(?!\s+than)"
)
_STRICT = frozenset({">", "<"})
_EQUAL = (
    "≥",
    "≤",
    "equal",
    "at least",
    "at most",
    "up to",
    "within",
    "no ",
    "not ",
    "不",
    "至少",
    "至多",
    "以内",
)
_ALONE_NEVER = frozenset(("C", "F", "l", "S", "H", "B", "d", "t", "M", "U"))
"""Symbols that stand for something else more often than for a unit where nothing is multiplied with them."""
_LABEL = re.compile(
    r"(?:fig(?:ure|s)?|table|tab|eqs?|equation|sec(?:tion)?|refs?|chapter|step|图|表|式)\.?\s*\Z",
    re.IGNORECASE,
)
_LINK = (
    r"of|is|was|are|were|be|being|at|=|:|reached|reaches|reaching|exceeds|exceeding|equals?|equal|ranging|ranges|range|varied|varies"
    r"|greater|more|less|higher|lower|larger|smaller|above|below|about|around|approximately|nearly|roughly|typically|than|over|up"
    r"|to|by|or|not|no|as|low|high|least|most|only|between|within|from|the|a|an|>|<|≥|≤|~|∼|≈"
)
_AT_IT = re.compile(rf"(?<![\w-])(?P<word>[A-Za-z]{{3,}})(?:\s*(?:{_LINK})(?![A-Za-z])){{1,6}}\s*\Z")
_LINKED = re.compile(rf"\s*(?:(?:{_LINK})(?![A-Za-z])\s*){{1,6}}\Z|\s*[(=:]\s*\Z")
_BEHIND = re.compile(r"[\s-](?P<word>[a-z]{3,})\b")
_ADJECTIVES = {
    "thick": "thickness", "wide": "width", "long": "length", "high": "height", "tall": "height", "deep": "depth",
    "accurate": "accuracy", "efficient": "efficiency",
}  # fmt: skip
_FITTING = {
    head: dimensions
    for heads, dimensions in (
        ("temperature", ("K",)),
        ("time lifetime period duration delay latency age lag", ("s",)),
        ("length width thickness height depth distance diameter radius wavelength roughness spacing pitch", ("m",)),
        ("area", ("m2", "m2 kg-1", "kg-1 m2")), ("volume", ("m3",)), ("weight mass", ("kg", "1", "kg mol-1")),
        ("frequency bandwidth", ("s-1",)), ("energy", ("m2 kg s-2", "m2 kg s-2 mol-1", "m2 s-2")),
        ("power", ("m2 kg s-3", "dBm", "dB")),
        ("pressure stress modulus strength hardness", ("m-1 kg s-2",)), ("voltage", ("m2 kg s-3 A-1",)),
        ("current", ("A", "m-2 A")), ("velocity speed", ("m s-1",)),
        ("efficiency accuracy precision recall prevalence probability fraction ratio yield share porosity", ("1", "dB")),
        ("resistivity", ("m3 kg s-3 A-2",)), ("charge", ("s A",)), ("mobility", ("kg-1 s2 A",)),
    )
    for head in heads.split()
}  # fmt: skip
"""What a property can be measured in; one that is not listed takes any unit."""
_MARKUP = {".mu.": "µ", ".ANG.": "Å", ".OMEGA.": "Ω", ".degree.": "°", ".sup.": ""}
"""How US patents write what their character set lacked."""
_MARKED = re.compile(r"\.(?:mu|ANG|OMEGA|degree|sup)\.")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_OPEN = re.compile(r"(?:between|rang(?:e|es|ing)\s+(?:of\s+|from\s+){1,2})\s*\Z")
_TO = re.compile(r"\s*(?:to|and|through|[-–—])\s*\Z")
_NAMED = frozenset({"property"})
_REACH = 70
_LONGEST = 2000
"""Sentences this long at most are searched for what a number measures: tables of numbers name nothing."""


@cache
def _pattern() -> re.Pattern[str]:
    symbols = set(units.atoms())
    for code, sign in _MARKUP.items():
        symbols |= {code + symbol[1:] for symbol in symbols if sign and symbol[0] == sign}
    symbols |= {".degree. C", ".degree. F"}
    listed = "|".join(map(re.escape, sorted(symbols, key=len, reverse=True)))
    atom = rf"(?:{listed})(?:(?:\.sup\.|\^?\{{?)[-−]?[1-4]\}}?(?![\d.])|[⁻⁰¹²³⁴]{{1,2}})?"
    joint = r"(?:\s?[·⋅*]\s?|\s|\s?/\s?\(?)"
    return re.compile(
        rf"(?<![A-Za-z0-9.$^_\-−])(?P<low>{_NUMBER})(?:\s?(?:–|—|-|~|～|to|through|and|至|到|\.\.)\s?(?P<high>{_NUMBER}))?\s?(?P<unit>{atom}(?:{joint}{atom}){{0,3}}\)?)"
        r"(?![A-Za-z0-9_])"
    )


def quantities(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Iterator[Quantity]:
    """Yield the quantities of a document in order; mentions come in order of their start.

    Parameters
    ----------
    text
        The stored text.
    sentences
        Its sentences.
    mentions
        What they name; a property among them is what a number measures.
    """
    named: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.type in _NAMED:
            named.setdefault(mention.sentence, []).append(mention)
    for number, sentence in enumerate(sentences):
        last = sentence.start
        waiting: Quantity | None = None
        for match in _pattern().finditer(text, sentence.start, sentence.stop):
            found = _quantity(text, match, number, (last, sentence.stop), named.get(number, ()))
            if found is None:
                continue
            last = match.end()
            if waiting and (whole := _spanned(text, waiting, found)):
                found, waiting = whole, None
            if waiting:
                yield waiting
            waiting = found
        if waiting:
            yield waiting


def _spanned(text: str, low: Quantity, high: Quantity) -> Quantity | None:
    """Read "between 2 nm and 30 nm" and "ranging from 2 nm to 30 nm" as one range."""
    if low.unit != high.unit or "range" in (low.comparison, high.comparison) or high.low < low.low:
        return None
    if not (
        _TO.fullmatch(text, low.stop, high.start) and _OPEN.search(text, max(0, low.start - 24), low.start)
    ):
        return None
    return low._replace(stop=high.stop, comparison="range", high=high.high, si_high=high.si_high)


def _quantity(
    text: str, match: re.Match[str], number: int, edges: tuple[int, int], named: Sequence[Mention]
) -> Quantity | None:
    written = match["unit"]
    if written.endswith(")") and "(" not in written:
        written = written[:-1]
    if written[0] == "%":
        written = "%"
    symbol = written
    if "." in written:
        symbol = _MARKED.sub(lambda code: _MARKUP[code.group()], written).replace("° ", "°")
    unit = units.find(symbol)
    if (
        unit is None
        or symbol in _ALONE_NEVER
        or _LABEL.search(text[max(0, match.start() - 12) : match.start()])
    ):
        return None
    if len(symbol) == 1 and symbol.isascii() and symbol.isalpha() and _lettered(text, match):
        return None
    low = _value(match["low"])
    high = _value(match["high"]) if match["high"] else low
    if high < low and match["high"] and match["high"][0] in "-−":
        return None
    start, stop = match.start(), match.start("unit") + len(written)
    if _MARKED.match(text, stop):
        return None
    comparison = _comparison(text, match, start, stop) if match["high"] is None else "range"
    short = edges[1] - edges[0] < _LONGEST
    place = _measured(text, named, (start, stop, edges[0]), unit.dimension) if short else ("", 0, 0)
    return Quantity(
        number, start, stop, comparison, min(low, high), max(low, high), units.plain(symbol), unit.dimension,
        unit.si(min(low, high)), unit.si(max(low, high)), *place,
    )  # fmt: skip


def _lettered(text: str, match: re.Match[str]) -> bool:
    """Tell whether a single letter is no unit: "5K" is five thousand, "3A" a figure, "2013 J." a journal."""
    return text[match.start("unit") - 1] != " " or _YEAR.match(match["low"]) is not None


def _fits(form: str, dimension: str) -> bool:
    """Tell whether a property can be measured in a dimension."""
    known = _FITTING.get(form.rpartition(" ")[2])
    return known is None or dimension in known


def _beside(text: str, edge: int, start: int, stop: int) -> tuple[str, int, int]:
    """Give a property too common to be a mention, where the number stands right at it: "a power of 3 W", "3 nm thick"."""
    match = _BEHIND.match(text, stop)
    form = _ADJECTIVES.get(match["word"], normal_form(match["word"])) if match else ""
    if match and form != "rate" and type_of(form) == "property":
        return (form, match.start("word"), match.end("word"))
    match = _AT_IT.search(text, max(edge, start - 60), start)
    form = normal_form(match["word"]) if match and match["word"] != "yields" else ""
    if match is None or type_of(form) != "property":
        return ("", 0, 0)
    return (form, match.start("word"), match.end("word"))


def _value(written: str) -> float:
    text = written.replace(",", "").replace("−", "-").replace(" ", "").replace("{", "").replace("}", "")
    head, _, power = re.sub(r"[×x]10\^?", "e", text).partition("e")
    return float(f"{head}e{power}") if power else float(head)


def _comparison(text: str, match: re.Match[str], start: int, stop: int) -> str:
    if after := _AFTER.match(text, stop):
        return ">=" if after["above"] else "<="
    said = _BEFORE.search(text[max(0, start - 30) : start])
    if said is None:
        return "="
    if said["near"]:
        return "~"
    word = (said["above"] or said["below"]).lower()
    equal = word not in _STRICT and (word.startswith(_EQUAL) or word.endswith("equal to"))
    return (">" if said["above"] else "<") + ("=" if equal else "")


def _measured(
    text: str, named: Sequence[Mention], place: tuple[int, int, int], dimension: str
) -> tuple[str, int, int]:
    """Give the property a number measures: right behind it, right before it, else the nearest that fits its unit."""
    start, stop, edge = place
    behind = [
        one for one in named if one.start == stop + 1 and text[stop] in " -" and _fits(one.form, dimension)
    ]
    if behind:
        one = max(behind, key=lambda each: each.stop)
        return (one.form, one.start, one.stop)
    before = [
        one
        for one in named
        if edge <= one.start
        and one.stop <= start
        and start - one.stop <= _REACH
        and _fits(one.form, dimension)
    ]
    nearest = max(before, key=lambda one: (one.stop, one.stop - one.start), default=None)
    beside = _beside(text, edge, start, stop)
    if (
        beside[0]
        and _fits(beside[0], dimension)
        and (nearest is None or beside[1] >= nearest.stop or beside[1] > start)
    ):
        return beside
    if nearest is None:
        return ("", 0, 0)
    between = text[nearest.stop : start]
    close = between.isspace() or _LINKED.fullmatch(between)
    listed = nearest.form.rpartition(" ")[2] in _FITTING
    # "the team size over a period of 50 years": a duration belongs to what lasts.
    apart = not listed and (dimension == "s" or any(mark in between for mark in ",;:()，；：、（）"))
    chinese = "一" <= between[-1:] <= "鿿"
    held = close or (not apart and (chinese or _LINKED.search(between)))
    return (nearest.form, nearest.start, nearest.stop) if held else ("", 0, 0)
