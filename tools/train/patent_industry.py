"""Patent classes to industries by what their titles say, measured beside the published concordance.

It promises that the model that ships for industries, which never saw a patent class, is only made as sure
as it is right on subclasses kept aside. It refuses to overrule the concordance of Van Looy, Vereyen and
Schmoch (2015), and writes no crosswalk: on what that leaves out this method is not sure enough
(docs/explanation/fields.md). `benchmarks/fields/crosswalk.py` measures it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import field_model as model

from silobridge.ingest.classify import linear
from silobridge.ingest.classify.linear import Linear
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
RECIPE = model.Recipe("patent-industry", least=1, features=14_000, strength=15, balance=0.3, rounds=30)
SEED = 20261122


def concordance() -> dict[str, str]:
    """Give each subclass that the published table lists, with its one NACE division."""
    found: dict[str, set[str]] = {}
    for row in taxonomy().crosswalks.mappings:
        if (
            row.target.startswith("nace:")
            and len(row.source) == len("cpc:A01B")
            and "concordance" in row.reason
        ):
            found.setdefault(row.source, set()).add(row.target[:8])
    return {source: targets.pop() for source, targets in sorted(found.items()) if len(targets) == 1}


def describe(subclass: str) -> str:
    """Give a subclass's text: its title and its class's, a blank line, its main groups' titles."""
    known = taxonomy()
    above = known.ancestors(subclass)
    groups = [known.label(child) for child in known.children(subclass)]
    return f"{known.label(subclass)}. {known.label(above[0]) if above else ''}\n\n{'. '.join(groups)}"


def lessons(taught: dict[str, str]) -> list[Pair]:
    """Give what a set of subclasses teaches: each as a whole, and each of its groups' titles."""
    known = taxonomy()
    pairs = []
    for subclass, division in sorted(taught.items()):
        pairs.append((describe(subclass), division))
        pairs += [(known.label(child), division) for child in known.children(subclass)]
    return pairs


def fit(taught: dict[str, str], industry: Sequence[Pair], aside: Sequence[Pair]) -> Linear:
    """Train on subclasses and on what the industries say of themselves; calibrate on subclasses kept aside."""
    divisions = set(taught.values())
    own = lessons(taught)
    others = [pair for pair in industry if pair[1] in divisions]
    weights = [1.0] * len(own) + [0.5] * len(others)
    made = model.train([*own, *others], RECIPE, weights)
    return model.calibrate(made, [[pair for pair in aside if pair[1] in divisions]])


def untaught(aside: Sequence[Pair]) -> Linear:
    """Give the industry model that ships, which saw no patent class, made as sure as it is right on these."""
    return model.calibrate(linear.load("industry-en"), [list(aside)])


def parts(count: int) -> list[dict[str, str]]:
    """Part the concordance's subclasses at random, whole classes together: neighbours must not tell."""
    known = concordance()
    classes = [(source[:7], source) for source in known]
    folds = model.split(classes, SEED, [1 / count] * count)
    return [{source: known[source] for _, source in fold} for fold in folds]
