"""Which exponents the two taggers' product wants, tried within training documents alone.

It promises that nothing a set reports on is looked at: two thirds of the documents that teach its first
split train both taggers, the third is tagged. It refuses to set anything: `blend` holds what was chosen.

    python -m benchmarks.understanding.exponents scierc --keep FOLDER
"""

import argparse
from pathlib import Path

from benchmarks.understanding import blend, crf, entities, gazetteer, scierc, sofc, tfh
from benchmarks.understanding.folds import folds
from benchmarks.understanding.metrics import counts, f1
from benchmarks.understanding.table import Options
from benchmarks.understanding.taggers import both, richer, sides

SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)
PATHS = (0.0, 0.05, 0.1, 0.2)
PARTS, SEED = 3, 1


def grid(name: str, keep: Path | None) -> list[tuple[float, float, float, float]]:
    """Give share, path, F1 of spans and F1 of labels for every setting."""
    module = {"scierc": scierc, "sofc": sofc, "tfh": tfh}[name]
    home = gazetteer.real() / "gold" / module.FOLDER
    outer, _ = entities.splits(module.load(home), module, Options(home, home, keep))[0]
    apart = set(folds(outer, PARTS, SEED)[0])
    training = [text for number, text in enumerate(outer) if number not in apart]
    testing = [outer[number] for number in sorted(apart)]
    side = sides(training, testing, keep)
    model, seen, _ = richer(training, side, module.LEAST, keep)
    said = both(side, model, seen, keep)
    rows = []
    for share in SHARES:
        for path in PATHS:
            found = []
            for sentences, ours, theirs in zip(side.test, said.ours, said.theirs, strict=True):
                tags = [
                    [
                        said.labels[code]
                        for code in blend.best(blend.together(*pair, share), said.follows, path)
                    ]
                    for pair in zip(ours, theirs, strict=True)
                ]
                found.append([e for pair in zip(sentences, tags, strict=True) for e in crf.spans(*pair)])
            scores = [
                float(f1(counts([[e[:end] for e in text.entities] for text in testing],
                                [[e[:end] for e in some] for some in found]).sum(axis=0)))
                for end in (2, 3)
            ]  # fmt: skip
            rows.append((share, path, *scores))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=("scierc", "sofc", "tfh"))
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    print("encoder  path  spans  labels")
    for share, path, *scores in grid(given.set, given.keep):
        print(f"{share:7.2f} {path:5.2f}  {scores[0]:.3f}  {scores[1]:.3f}")
