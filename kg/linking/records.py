"""Two records of one work: what is compared, and what each agreement is worth.

It promises a sum of weights in bits, each named, so that a judgement can be read and argued with
(Fellegi and Sunter, "A theory for record linkage", JASA 64, 1969): a weight is the base-2 logarithm of how
much likelier that agreement is between two records of one work than between two of different works.
The verdict depends on the two records alone. It refuses to guess: what lies between the two thresholds
stays undecided, and records of different kinds are never one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from silobridge.kg.forms import normal_form
from silobridge.kg.linking import people
from silobridge.kg.spelling import listed

ACCEPT, REJECT = 4.0, -4.0
"""Bits from which a pair is one work, and below which it is two: odds of 16 to 1."""

PRIOR = -10.0
"""Bits a pair starts with: about one candidate in a thousand is one work."""

_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\b(?:\d+|[ivx]{1,4})\b")
_STOP = listed(
    "a an and as at by for from in into is its of on or the their thereof to toward towards using via with"
)
# Words that say what sort of piece it is: a title of these and little else comes back every year.
_ASIDE = listed(
    "abstract announcement article column comment commentary correction demo demonstration description editorial"
    " erratum extended foreword guest introduction invited issue keynote letter message note panel part poster"
    " preface preliminary report review short special summary talk tutorial version workshop"
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says of a work; anything but the title may be empty."""

    id: str
    title: str
    kind: str = "paper"
    year: int = 0
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    identifiers: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    venue: str = ""
    text: str = ""


class Judgement(NamedTuple):
    """The bits that speak for one work, the verdict they give, and what they are made of."""

    bits: float
    verdict: str
    reason: str


def judge(one: Record, other: Record) -> Judgement:
    """Weigh whether two records are of one work.

    Examples
    --------
    >>> a = Record("a", "Stream: the Stanford stream data manager", year=2003, people=("Jennifer Widom", "Keith Ito"))
    >>> b = Record("b", "STREAM : the Stanford Stream Data Manager (demonstration)", year=2003,
    ...            people=("K. Ito", "J. Widom"))
    >>> judge(a, b).verdict
    'one'
    >>> judge(Record("a", "Guest editorial", year=1998, people=("A. Ross",)),
    ...       Record("b", "Guest editorial", year=2003, people=("A. Ross",))).verdict
    'two'
    """
    if one.kind != other.kind:
        return Judgement(-99.0, "two", f"a {one.kind} and a {other.kind}")
    weighed = [weight for weight in _weights(one, other) if weight[0]]
    bits = round(PRIOR + sum(weight for weight, _ in weighed), 2)
    verdict = "one" if bits >= ACCEPT else "two" if bits < REJECT else "undecided"
    parts = sorted(weighed, key=lambda weight: (-abs(weight[0]), weight[1]))
    return Judgement(bits, verdict, "; ".join(f"{said} ({weight:+.1f})" for weight, said in parts))


Weight = tuple[float, str]


def _weights(one: Record, other: Record) -> list[Weight]:
    title, same = _titles(one.title, other.title)
    rows = [title, *_agents(one, other), _years(one, other, same)]
    if one.kind == "patent":
        rows.append(_publications(one, other, same))
    shared = _own(one) & _own(other)
    if shared:
        rows.append((24.0, f"both are {min(shared)}"))
    if one.classes and other.classes:
        share = len(one.classes & other.classes) / len(one.classes | other.classes)
        rows.append((6.0 * share - 1.0, f"{share:.0%} of the classes are the same"))
    if one.venue and other.venue:
        rows.append(_venues(one.venue, other.venue))
    if len(one.text) >= SHORTEST_TEXT and len(other.text) >= SHORTEST_TEXT:
        share = _overlap(one.text, other.text)
        weight = 16.0 if share >= 0.6 else 8.0 if share >= 0.3 else 0.0 if share >= 0.1 else -10.0
        rows.append((weight, f"the texts share {share:.0%} of their word pairs"))
    return rows


SHORTEST_TEXT = 300


_PUBLICATION = re.compile(r"patent:([A-Z]{2})-(.*)-([A-Z])\d*\Z")


def publication(identifier: str) -> tuple[str, str]:
    """Give where and at which stage a patent was published, and its number there; empty for anything else.

    An office publishes an application once: two numbers of one stage are two applications.

    Examples
    --------
    >>> publication("patent:US-9000001-B2"), publication("doi:10.5555/a")
    (('stage B in US', '9000001'), ('', ''))
    """
    match = _PUBLICATION.match(identifier)
    return (f"stage {match.group(3)} in {match.group(1)}", match.group(2)) if match else ("", "")


def _publications(one: Record, other: Record, same: bool) -> Weight:
    """Weigh what two patent publications are to each other: only another title parts an invention from the next."""
    if not same:
        return -14.0, "patents with other titles"
    (left, number), (right, other_number) = publication(one.id), publication(other.id)
    if not left or not right:
        return 0.0, ""
    if left[-2:] != right[-2:]:
        return 1.0, f"{left} and {right}"
    if left != right or number == other_number:
        return 2.0, f"{left} and {right}"
    return -18.0, f"two numbers of {left}"


def _own(record: Record) -> frozenset[str]:
    return record.identifiers | {record.id}


@lru_cache(maxsize=1 << 16)
def words(title: str) -> tuple[str, ...]:
    """Give the words of a title that say something, in the singular and in order.

    Examples
    --------
    >>> words("The design of Lithium-Ion Batteries, part II")
    ('design', 'lithium', 'ion', 'battery', 'part', 'ii')
    """
    spread = (word for word in _WORDS.findall(normal_form(title)) if word not in _STOP)
    return tuple(normal_form(word) or word for word in spread)


@lru_cache(maxsize=1 << 16)
def letters(title: str) -> str:
    """Give a title's letters and digits alone."""
    return "".join(_WORDS.findall(normal_form(title))).replace("_", "")


def distinctive(title: str) -> float:
    """Give the bits that an equal title is worth: each word that says something adds, words of routine do not.

    Chinese titles count two characters for a word.
    """
    said = [word for word in words(title) if word not in _ASIDE]
    units = sum(max(1.0, len(word) / 2) if not word.isascii() else 1.0 for word in said)
    return min(18.0, 3.0 * units)


def _titles(one: str, other: str) -> tuple[Weight, bool]:
    """Weigh two titles, and tell whether they are the same letter for letter."""
    worth = min(distinctive(one), distinctive(other))
    left_numbers, right_numbers = _numbers(one), _numbers(other)
    if left_numbers != right_numbers and left_numbers and right_numbers:
        return (-8.0, "the titles' numbers differ"), False
    if letters(one) == letters(other):
        return (worth, "the same title"), True
    from rapidfuzz.fuzz import ratio

    like = ratio(letters(one), letters(other)) / 100
    if like >= 0.93:
        return (worth - 2.0, f"titles alike ({like:.2f})"), False
    left, right = set(words(one)), set(words(other))
    small = min((left, right), key=lambda some: (len(some), sorted(some)))
    shared = len(left & right) / max(1, len(small))
    whole = len(left & right) / max(1, len(left | right))
    rest = (left ^ right) - _ASIDE
    if shared == 1.0 and len(rest) <= 1 and len(small) >= 2:
        return (worth - (5.0 if rest else 2.0), "one title within the other"), False
    if shared >= 0.8 and whole >= 0.6:
        return (worth - 6.0, f"{whole:.0%} of the titles' words are shared"), False
    if whole >= 0.4:
        return (-2.0, f"{whole:.0%} of the titles' words are shared"), False
    return (-10.0, f"the titles differ ({whole:.0%} of the words are shared)"), False


def _numbers(title: str) -> frozenset[str]:
    found = _NUMBERS.findall(normal_form(title))
    return frozenset(_ROMAN.get(number, number) for number in found if number not in ("i", "x"))


def _agents(one: Record, other: Record) -> list[Weight]:
    """Weigh the people, or where one record names none, the organisations."""
    if one.people and other.people:
        return [_matched(one.people, other.people)]
    if one.organisations and other.organisations:
        from silobridge.kg.linking.organisations import core

        left = {core(name) for name in one.organisations}
        right = {core(name) for name in other.organisations}
        shared = left & right
        if shared:
            return [(4.0, f"both of {min(shared)}")]
        return [(-4.0, "no organisation in common")]
    return []


def _matched(left: Sequence[str], right: Sequence[str]) -> Weight:
    """Match people one to one, surest first, and weigh how many of the shorter list were found."""
    small, large = sorted((tuple(left), tuple(right)), key=lambda some: (len(some), some))
    rated = sorted(
        ((-people.agree(a, b), i, j) for i, a in enumerate(small) for j, b in enumerate(large)),
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    worth, found = 0.0, 0
    for rate, i, j in rated:
        if rate == 0 or i in taken[0] or j in taken[1]:
            continue
        taken[0].add(i)
        taken[1].add(j)
        found += 1
        worth += 5.0 * -rate
    said = f"{found} of {len(small)} and {len(large)} people"
    if not found:
        return -8.0, "no person in common"
    missing = len(small) - found
    extra = len(large) - len(small)
    # Lists are cut, so a longer list costs little; a person of the shorter list who is not in the longer does.
    return min(12.0, worth) - 4.0 * missing - min(6.0, 1.75 * extra), said


def _years(one: Record, other: Record, same: bool) -> Weight:
    if not one.year or not other.year:
        return 0.0, ""
    apart = abs(one.year - other.year)
    if apart == 0:
        return 3.0, "the same year"
    if one.kind == "patent":
        return (0.0 if apart <= 6 else -4.0), f"{apart} years apart"
    weight = {1: -1.0, 2: -4.0}.get(apart, -8.0)
    # Another title in another year is the longer version, in a journal, of what a conference heard.
    weight -= 0.0 if same else 6.0
    return weight, f"{apart} year{'s' if apart > 1 else ''} apart"


_VENUE = re.compile(r"[^\W_]+")


def _venues(one: str, other: str) -> Weight:
    """Weigh the places of publication: the same words, abbreviated words, or an acronym of the other."""
    left, right = (_VENUE.findall(normal_form(text)) for text in (one, other))
    journals = [bool({"journal", "j", "tran", "trans", "transactions", "transaction", "letters", "record"} & set(some))
                for some in (left, right)]  # fmt: skip
    if journals[0] != journals[1]:
        return -6.0, "one in a journal, one not"
    if _abbreviates(left, right) or _abbreviates(right, left):
        return 2.0, "the same place of publication"
    return 0.0, ""


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Tell whether each word begins a later word of the other, or spells its initials."""
    if not short or not long:
        return False
    initials = "".join(word[0] for word in long)
    place = 0
    for word in short:
        if len(word) > 2 and word in initials:
            continue
        while place < len(long) and not long[place].startswith(word):
            place += 1
        if place == len(long):
            return False
        place += 1
    return True


def _overlap(one: str, other: str) -> float:
    """Give the share of the shorter text's word pairs that stand in the other."""
    left, right = _pairs(one), _pairs(other)
    return len(left & right) / max(1, min(len(left), len(right)))


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    said = _WORDS.findall(text[:4000].casefold())
    return frozenset(pairwise(said))
