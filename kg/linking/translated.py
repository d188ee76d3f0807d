"""Chinese and English names of one organisation: how a Chinese name may be written in English.

It promises the same keys for "Harbin Engineering University" and 哈尔滨工程大学: words by a table, what the table
does not know by its reading (pinyin) in its order. It refuses names that no place, reading or table tells: a name
in translation alone ("Northeastern University") says nothing of the country, so its key says that it is weak.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple

from silobridge.kg.forms import normal_form, singular
from silobridge.kg.spelling import listed

MOST = 48
"""Ways to write a Chinese name that are tried."""

LONGEST = 40
"""Characters of a Chinese name that is looked at."""

WEAK = "?"
"""Begins the key of a name that says neither a place nor anything untranslated."""

_HAS_CJK = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+")
_POSSESSIVE = re.compile(r"['’‘`]s\b")
_JOINED = str.maketrans("", "", "'’‘`.")
_DROPPED = listed(
    "of the and for in at co ltd limited company inc corp corporation group holding holdings llc plc gmbh ag joint"
    " stock share"
)
_SAME = {
    "chinese": "china", "technological": "technology", "technical": "technology", "tech": "technology",
    "sci": "science", "northwestern": "northwest", "northeastern": "northeast", "southwestern": "southwest",
    "southeastern": "southeast", "univ": "university", "inst": "institute", "acad": "academy", "lab": "laboratory",
    "centre": "center", "electrical": "electric", "polytechnical": "polytechnic", "telecommunication": "telecom",
    "southern": "south", "northern": "north", "eastern": "east", "industrial": "industry", "mechanic": "mechanical",
    "pharmaceutic": "pharmaceutical",
    "geographical": "geography", "geographic": "geography", "agriculture": "agricultural",
    "aeronautic": "aeronautics",
    "astronautic": "astronautics", "physic": "physics", "mathematic": "mathematics", "robotic": "robotics",
}  # fmt: skip
"""English words that stand for each other in such names, after the plural is off."""


class _Entry(NamedTuple):
    """A Chinese word or name: `word`, `name` or `whole`, and its renderings."""

    sort: str
    ways: tuple[tuple[str, ...], ...]


@cache
def _table() -> tuple[dict[str, _Entry], frozenset[str]]:
    """Give the entries by their Chinese, and every English word that translates one."""
    text = (files("silobridge") / "ontologies" / "lexicon" / "organisations_zh.tsv").read_text("utf-8")
    found: dict[str, _Entry] = {}
    words: set[str] = set()
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        sort, chinese, said = line.split("\t")
        ways = (() if way == "-" else tuple(map(_word, way.split())) for way in said.split("|"))
        found[chinese] = _Entry(sort, tuple(dict.fromkeys(ways)))
        if sort == "word":
            words.update(word for way in found[chinese].ways for word in way)
    return found, frozenset(words - _READ)


_READ = listed(
    "jiaotong jiao tong chiao tung tiedao renmin minzu huabei huadong huanan huaxi xibei dongbei xinan dongnan"
    " nanfang beifang dongfang"
)
"""Readings among the renderings of words: they stand in place, as names do."""


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Give how each Chinese character is read, without tones, the usual way first."""
    text = (files("silobridge") / "ontologies" / "lexicon" / "pinyin.tsv").read_text("utf-8")
    found: dict[str, list[str]] = {}
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    for syllable, _, characters in sorted(rows, key=lambda row: row[1]):
        for character in characters:
            found.setdefault(character, []).append(syllable)
    return {character: tuple(some) for character, some in found.items()}


@lru_cache(maxsize=1 << 12)
def _word(word: str) -> str:
    plain = singular(word)
    return _SAME.get(plain, _SAME.get(word, plain))


@lru_cache(maxsize=1 << 16)
def keys(name: str) -> tuple[str, ...]:
    """Give the keys of a name: one of an English name, as many as ways to write it of a Chinese one.

    Examples
    --------
    >>> set(keys("Harbin Engineering University")) <= set(keys("哈尔滨工程大学"))
    True
    >>> keys("Xi'an Jiao Tong University"), keys("Northeastern University")
    (('xianjiaotong university',), ('? northeast university',))
    >>> keys("Acme Robotics")
    ()
    """
    text = unicodedata.normalize("NFKC", name).strip()
    return _chinese(text) if _HAS_CJK.search(text) else _english(text)


def _english(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    folded = _POSSESSIVE.sub("", "".join(c for c in folded if not unicodedata.combining(c)))
    folded = folded.translate(_JOINED)
    words = [_word(word) for word in _WORD.findall(folded) if word not in _DROPPED]
    known = _table()[1]
    letters = "".join(word for word in words if word not in known)
    if letters and not _readable(letters):
        return ()
    key = _key(letters, [word for word in words if word in known])
    return (key,) if key else ()


@lru_cache(maxsize=1 << 16)
def _readable(letters: str) -> bool:
    """Tell whether letters may be a Chinese name's: syllables and names of the table, whole. O(letters)."""
    known, longest = _syllables()
    ends = {0}
    for at in range(len(letters)):
        if at in ends:
            ends.update(stop for stop in range(at + 1, at + 1 + longest) if letters[at:stop] in known)
    return len(letters) in ends


@cache
def _syllables() -> tuple[frozenset[str], int]:
    names = {"".join(way) for entry in _table()[0].values() if entry.sort == "name" for way in entry.ways}
    read = {syllable for some in readings().values() for syllable in some}
    known = frozenset(names | read | _READ | {"chiaotung"}) - {""}
    return known, max(map(len, known))


def _key(letters: str, words: list[str]) -> str:
    if not letters and not words:
        return ""
    # "China National Petroleum Corporation" is 中国石油: the national stands for itself only elsewhere.
    kept = sorted(word for word in words if word != "national" or "china" not in words)
    said = " ".join([letters, *kept] if letters else kept)
    return said if letters or "china" in words else f"{WEAK} {said}"


def _chinese(text: str) -> tuple[str, ...]:
    text = normal_form(re.sub(r"[\s()（）·,，]", "", text), "zh")[:LONGEST]
    table, known = _table()
    if text in table and table[text].sort == "whole":
        return tuple(key for way in table[text].ways for key in _english(" ".join(way)))
    choices: list[list[tuple[str, tuple[str, ...]]]] = []
    at, count = 0, 1
    while at < len(text):
        longest = (text[at:stop] for stop in range(min(len(text), at + 9), at, -1))
        piece = next((some for some in longest if some in table and table[some].sort != "whole"), "")
        if piece:
            said = [
                ("".join(way), ()) if table[piece].sort == "name" or not known.issuperset(way) else ("", way)
                for way in table[piece].ways
            ]
        elif text[at].isascii():
            said = [(text[at], ())]
        else:
            said = [(syllable, ()) for syllable in readings().get(text[at], ())]
        if not said:
            return ()
        if count * len(said) > MOST:
            said = said[:1]
        count *= len(said)
        choices.append(said)
        at += len(piece) or 1
    made = (
        _key("".join(letters for letters, _ in some), [word for _, words in some for word in words])
        for some in product(*choices)
    )
    return tuple(sorted({key for key in made if key}))
