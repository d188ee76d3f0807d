"""Measure patent classes to industries by text against the published IPC V8 to NACE Rev. 2 concordance.

``python benchmarks/fields/crosswalk.py``. It promises that no subclass of a class under test was learned
from, in five folds. It refuses to call agreement truth: the concordance is one team's judgement.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "train"))

import field_texts
import measure
import patent_industry as method
import run

from silobridge.ingest.classify.linear import Linear


def main() -> None:
    """Answer every fold by the industry model and by a model taught by the concordance, and print the tables."""
    pieces = method.parts(5)
    titles = field_texts.industry_titles()
    possible = sorted({division for piece in pieces for division in piece.values()})
    place = {label: at for at, label in enumerate(possible)}
    gold, lists, sure = [], {"ours": [], "majority": [], "taught by the concordance": []}, []
    for at, piece in enumerate(pieces):
        aside = pieces[(at + 1) % len(pieces)]
        taught = {s: d for other in pieces if other not in (piece, aside) for s, d in other.items()}
        known = [(method.describe(s), d) for s, d in aside.items()]
        other = method.fit(taught, titles, known)
        made = method.untaught(known)
        texts = [(method.describe(source), division) for source, division in piece.items()]
        ranked = [possible_only(made, text, place) for text, _ in texts]
        lists["ours"] += [[label for label, _ in row] for row in ranked]
        sure += [row[0][1] for row in ranked]
        lists["majority"] += run.baselines.majority([("", d) for d in taught.values()], texts)
        lists["taught by the concordance"] += [
            [label for label, _ in other.ranked(text)] for text, _ in texts
        ]
        gold += [place[division] for _, division in texts]
    trained = np.bincount(gold, minlength=len(possible)).tolist()
    found = {
        name: run.answers(name, ranked, place, np.array(gold), sure if name == "ours" else None, [])
        for name, ranked in lists.items()
    }
    scores = {name: measure.summary(one, trained, 10) for name, one in found.items()}
    gains = {name: measure.paired(found["ours"], one) for name, one in found.items() if name != "ours"}
    note = "subclass to NACE division, five folds by CPC class"
    run.show({"set": "cpc to nace", "note": note, "cpu_seconds": 0, "scores": scores, "gains": gains})


def possible_only(made: Linear, text: str, place: dict[str, int]) -> list[tuple[str, float]]:
    """Rank the divisions that make things patents protect, the only ones the concordance knows."""
    found = [(label, share) for label, share in made.ranked(text, 90) if label in place]
    total = sum(share for _, share in found)
    return [(label, share / total) for label, share in found[:5]]


if __name__ == "__main__":
    main()
