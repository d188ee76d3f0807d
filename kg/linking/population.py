"""How likely two people of one name are one person, given how common the name is.

It promises a closed form whose two inputs, the population and the name's share of it, are open to view.
Where K other people of a population bear the name and all publish alike, two records of that name are by
one person with probability E[1 / (1 + K)]; with K Poisson of mean m that is (1 - exp(-m)) / m. The
correction for how common a name is goes back to Newcombe et al., Science 130 (1959), and Torvik and
Smalheiser, ACM TKDD 3:3 (2009). It refuses to learn from the graph at hand: a verdict about two people
would then change whenever a third is read.
"""

from functools import cache
from importlib.resources import files
from math import exp

from silobridge.kg.linking.people import parts

RESEARCHERS = 8.9e6
"""Researchers in the world, full-time equivalents, 2018 (UNESCO Science Report 2021)."""

SAME_FIELD = 0.02
"""Share of them who work in one field: 252 subfields, the larger ones with more people in them."""

RARE_FAMILY, RARE_GIVEN, INITIAL = 2e-5, 2e-3, 0.06
"""Shares of a family name and a given name that are not in the table, and of an initial."""

_CHINESE_GIVEN = (1e-2, 2e-4)
"""Shares of a Chinese given name of one and of two characters."""


@cache
def _shares() -> dict[tuple[str, str], float]:
    text = (files("silobridge") / "ontologies" / "lexicon" / "people.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {(part, name): int(count) / 1e5 for part, name, count in rows}


def is_given(part: str) -> bool:
    """Tell whether a part of a name is a usual given name.

    Examples
    --------
    >>> is_given("thomas"), is_given("robotics")
    (True, False)
    """
    return ("given", part) in _shares()


def share(name: str) -> float:
    """Give the share of researchers who bear a name, its parts taken as independent.

    Examples
    --------
    >>> share("Wei Wang") > 100 * share("Daniel Kaufmann"), share("W. Wang") > share("Wei Wang")
    (True, True)
    """
    said = parts(name)
    if not said:
        return 1.0
    if len(said) == 1 and not said[0].isascii():
        return 0.01 * _CHINESE_GIVEN[len(said[0]) > 2]
    known = _shares()
    *given, family = said
    found = known.get(("family", family), RARE_FAMILY)
    for place, part in enumerate(given):
        if len(part) == 1:
            found *= INITIAL
        else:
            # A second given name tells more than its share says: few people have just these two.
            found *= known.get(("given", part), RARE_GIVEN) if place == 0 else RARE_GIVEN * 5
    return found


def bearers(name: str, population: float) -> float:
    """Give how many other people of a population bear a name, by expectation."""
    return max(0.0, population - 1) * share(name)


def one_person(name: str, *, same_field: bool = False) -> float:
    """Give the probability that two records of one name are by one person, the name alone considered.

    Examples
    --------
    >>> round(one_person("Wei Wang"), 3), round(one_person("Célia A. Harvey", same_field=True), 2)
    (0.001, 1.0)
    """
    mean = bearers(name, RESEARCHERS * (SAME_FIELD if same_field else 1.0))
    return 1.0 if mean < 1e-9 else (1 - exp(-mean)) / mean
