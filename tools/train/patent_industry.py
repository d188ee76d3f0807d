"""Patent classes to industries by what their titles say: a second method beside the published concordance.

``python tools/train/patent_industry.py`` writes `ontologies/crosswalks/cpc-to-nace-by-text.sssom.tsv`, for
the subclasses that the concordance of Van Looy, Vereyen and Schmoch (2015) leaves out. It promises a
weight that is a probability calibrated on subclasses kept aside, with the words it rests on. It refuses
to overrule the concordance: where that speaks, this is only measured against it.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import field_model as model
import field_texts as texts

from silobridge.ingest.classify.linear import Linear
from silobridge.kg.taxonomy import taxonomy

Pair = tuple[str, str]
OUT = Path(__file__).resolve().parents[2] / "ontologies" / "crosswalks" / "cpc-to-nace-by-text.sssom.tsv"
LEAST, SHARE = 0.5, 0.1
"""A subclass is written where its best division reaches `LEAST`, with every division from `SHARE` on."""
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


def parts(count: int) -> list[dict[str, str]]:
    """Part the concordance's subclasses at random, whole classes together: neighbours must not tell."""
    known = concordance()
    classes = [(source[:7], source) for source in known]
    folds = model.split(classes, SEED, [1 / count] * count)
    return [{source: known[source] for _, source in fold} for fold in folds]


def rows(made: Linear, sources: Sequence[str]) -> list[tuple[str, str, float, str]]:
    """Give source, division, weight and words for what the method is sure enough of."""
    found = []
    for source in sources:
        ranked = made.ranked(describe(source))
        said = replace(made, threshold=LEAST).predict(describe(source))
        if said and ranked[0][1] >= LEAST:
            words = ", ".join(said.words)
            found += [(source, label, weight, words) for label, weight in ranked if weight >= SHARE]
    return found


def main() -> None:
    """Write the crosswalk for the subclasses without a row."""
    known = taxonomy()
    covered = {row.source for row in known.crosswalks.mappings if row.target.startswith("nace:")}
    open_ = [
        d.id for d in known
        if d.scheme == "cpc" and d.level == "subclass" and d.code[0] != "Y" and not d.code.endswith("99Z")
        and d.id not in covered and known.children(d.id)
    ]  # fmt: skip
    pieces = parts(5)
    taught = {source: division for piece in pieces[1:] for source, division in piece.items()}
    aside = [(describe(source), division) for source, division in pieces[0].items()]
    made = fit(taught, texts.industry_titles(), aside)
    like = (OUT.parent / "cpc-to-nace.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = [line.replace("cpc-to-nace", "cpc-to-nace-by-text") for line in like if line.startswith("#")]
    lines = [line.replace("CPC and IPC to NACE Rev. 2", "CPC to NACE Rev. 2 by text") for line in head]
    lines.append(next(line for line in like if line.startswith("subject_id")))
    for source, label, weight, words in sorted(rows(made, open_)):
        share = f"{int(weight * 10**4) / 10**4:.4f}".rstrip("0").rstrip(".")
        why = f"titles read by patent-industry {RECIPE.version}; probability, calibrated; words: {words}"
        match = "semapv:SemanticSimilarityThresholdMatching"
        lines.append("\t".join([source, "skos:relatedMatch", label, match, share, "", why]))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
