"""Two people of compatible names: one person, two, or not to be told.

It promises a probability that starts from how common the name is and takes in shared co-authors, shared
organisations and the field, each named in the reason. It refuses to join two people to whom an authority
gave different identifiers, and to join on a name alone where the name is common.
"""

from dataclasses import dataclass
from math import log2

from silobridge.kg.linking import people
from silobridge.kg.linking.organisations import core
from silobridge.kg.linking.population import RESEARCHERS, SAME_FIELD, bearers, one_person, share
from silobridge.kg.linking.records import Judgement

SURE, UNSURE = 0.95, 0.05
"""Probabilities from which two people are one, and below which they are two."""

COLLEAGUES = 5.0
"""Co-workers a record names, about."""

HOME = 6.0
"""Bits that an organisation in common is worth."""

CAREER = 60
"""Years beyond which no one publishes."""

AUTHORITIES = ("orcid",)
"""Schemes in which two identifiers mean two people. Other schemes, OpenAlex among them, split people."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a graph says of someone: names, co-workers' keys, organisations, fields and years."""

    id: str
    name: str
    with_: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    years: tuple[int, int] = (0, 0)


def colleague(name: str) -> str:
    """Give the key under which a co-worker is compared: family name and first initial.

    Examples
    --------
    >>> colleague("Jennifer Widom"), colleague("J. Widom")
    ('widom j', 'widom j')
    """
    said = people.parts(name)
    if not said:
        return ""
    family = people.key(name)
    given = [part for part in said if part != family]
    return f"{family} {given[0][0]}" if given else family


def _colleague_bits(key: str) -> float:
    """Weigh one co-worker in common: the more, the rarer the name; half of all work is done with the same people.

    Twelve bits at most, for people of one name also work in one place.
    """
    family, _, initial = key.partition(" ")
    by_chance = COLLEAGUES * share(f"{initial} {family}".strip())
    return max(0.0, min(12.0, log2(0.3 / by_chance)))


def judge(one: Person, other: Person) -> Judgement:
    """Weigh whether two people of compatible names are one.

    Examples
    --------
    >>> a = Person("a", "Wei Wang", frozenset({"widom j"}))
    >>> judge(a, Person("b", "Wei Wang")).verdict, judge(a, Person("c", "W. Wang", frozenset({"widom j"}))).verdict
    ('two', 'undecided')
    """
    schemes = [p.id.partition(":")[0] for p in (one, other)]
    if schemes[0] == schemes[1] and schemes[0] in AUTHORITIES and one.id != other.id:
        return Judgement(-99.0, "two", f"two identifiers of one authority ({schemes[0]})")
    if not people.agree(one.name, other.name):
        return Judgement(-99.0, "two", f"{one.name!r} and {other.name!r} do not agree")
    if (
        one.years[1]
        and other.years[1]
        and max(one.years[1], other.years[1]) - min(one.years[0], other.years[0]) > CAREER
    ):
        return Judgement(-99.0, "two", f"more than {CAREER} years apart")
    # The shorter name says less, so it decides how common the name is.
    name = max((one.name, other.name), key=lambda each: (share(each), each))
    near = bool(one.fields & other.fields)
    base = one_person(name, same_field=near)
    others = bearers(name, RESEARCHERS * (SAME_FIELD if near else 1.0))
    said = [f"about {others:.2g} other researchers {'of the field ' if near else ''}are called {name!r}"]
    bits = log2(max(base, 1e-9) / max(1 - base, 1e-9))
    shared = sorted((one.with_ & other.with_) - {""})
    if shared:
        bits += min(24.0, sum(_colleague_bits(key) for key in shared))
        said.append(
            f"{len(shared)} co-worker{'s' if len(shared) > 1 else ''} in common ({', '.join(shared[:3])})"
        )
    homes = sorted({core(name) for name in one.organisations} & {core(name) for name in other.organisations})
    if homes:
        bits += HOME
        said.append(f"both at {homes[0]}")
    chance = 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))
    verdict = "one" if chance >= SURE else "two" if chance < UNSURE else "undecided"
    return Judgement(round(bits, 2), verdict, f"probability {chance:.2f}: " + "; ".join(said))
