"""Train the field classifiers that ship: ``python tools/train/fields.py [--data FOLDER] [--out FOLDER]``.

It promises the same bytes on every run on one machine, that probabilities are fitted on texts that siblings did
not learn from, and a manifest that says what each model was trained on and how a sibling did on texts that taught
and fitted nothing. It refuses text that may not be redistributed (licence B).
"""

import argparse
import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

import field_model as model
import field_texts as texts
import patent_texts as patents

from silobridge.ingest.classify.linear import Linear

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261122
PRECISION = 0.9
"""Wanted of every slice kept aside: texts from elsewhere were seen to reach a tenth less."""
ALL, HALF = (1.0, 0.0, 0.0), (0.0, 0.5, 0.5)
TURNS = 4
"""Parts of what is taught that stand aside in turn, for probabilities to be fitted on."""
FITTED = 2000
"""Texts of one corpus that probabilities are fitted on, at most."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """Labelled texts with their licence; `weight` is how much one text counts.

    `shares` go to training, calibration and test. What teaches and is tested is calibrated on as well, by
    turns; what is not tested only teaches. `gates` says whether the precision wanted is wanted of it too.
    """

    name: str
    licence: str
    pairs: list[Pair]
    weight: float = 1.0
    shares: tuple[float, ...] = (0.85, 0.0, 0.15)
    gates: bool = True


def capped(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """Keep at most so many texts of each label, chosen by the seed."""
    by: dict[str, list[Pair]] = {}
    for pair in pairs:
        by.setdefault(pair[1], []).append(pair)
    kept = []
    for label in sorted(by):
        random.Random(SEED).shuffle(by[label])  # noqa: S311 (a sample, not a secret)
        kept += by[label][:most]
    return kept


def science_en(data: Path) -> tuple[list[Corpus], Callable[..., Linear]]:
    """English papers into OpenAlex's 26 fields."""
    titles = [(text, texts.MAG_FIELDS[label]) for text, label in texts.mag(data) if label in texts.MAG_FIELDS]
    recipe = model.Recipe("science-en", features=30_000, strength=12, balance=0.5, rounds=30)
    # An arXiv abstract counts little: at full weight the model was better on arXiv and worse on everything
    # else, and MAG's labels helped nowhere but on MAG, so they only say how far it carries to titles.
    corpora = [
        Corpus("OpenAlex topics", "CC0", texts.topics(data)),
        Corpus("arXiv abstracts", "CC0", capped(texts.arxiv(data), 400), 0.15),
        Corpus("MAG titles", "ODC-BY", titles, shares=HALF, gates=False),
    ]
    return corpora, lambda pairs, weights: model.train(pairs, recipe, weights)


CSL_FORD = {
    "工学": "ford:2", "理学": "ford:1", "医学": "ford:3", "农学": "ford:4", "经济学": "ford:5.2",
    "法学": "ford:5", "管理学": "ford:5", "教育学": "ford:5.3", "文学": "ford:6.2", "历史学": "ford:6.1",
    "哲学": "ford:6.3", "艺术学": "ford:6.4", "军事学": "ford:5.9",
}  # fmt: skip
"""China's 13 categories as OECD fields. 法学 is law with politics and sociology, 管理学 management with
libraries and farm economics, so both stand at social sciences; 教育学 holds psychology and sport too."""


def science_zh(data: Path) -> tuple[list[Corpus], Callable[..., Linear]]:
    """Chinese papers into the OECD's fields, by China's 13 categories."""
    titles = texts.csl(data, "cls_ctg", train=True)
    abstracts = {title: abstract for abstract, title in texts.csl(data, "ts.")}
    dev = texts.csl(data, "cls_ctg")
    recipe = model.Recipe(
        "science-zh", "2", "grams", features=40_000, strength=1, balance=0.2, rounds=35, loss="hinge"
    )
    full = [(f"{title}\n\n{abstracts[title]}", label) for title, label in dev]
    corpora = [
        Corpus("CSL titles", "Apache-2.0", titles),
        Corpus("CSL abstracts", "Apache-2.0", full, shares=(0.5, 0.25, 0.25)),
    ]
    named = [replace(c, pairs=[(text, CSL_FORD[label]) for text, label in c.pairs]) for c in corpora]
    return named, lambda pairs, weights: model.train(pairs, recipe, weights)


def industry_en(data: Path) -> tuple[list[Corpus], Callable[..., Linear]]:
    """English activities into the divisions of NACE."""
    phrases = [(text, texts.division(code)) for text, code in texts.sic_phrases(data)]
    titles = [(text, texts.division(code)) for text, code in texts.sic_titles(data)]
    recipe = model.Recipe("industry-en", least=2, features=16_000, strength=12, balance=0.3, rounds=30)
    corpora = [
        Corpus("UK SIC index", "OGL-3.0", [pair for pair in phrases if pair[1]]),
        Corpus("NAICS descriptions", "public domain", texts.naics(data)),
        Corpus("UK SIC titles", "OGL-3.0", [pair for pair in titles if pair[1]], shares=ALL),
        Corpus("NACE, ISIC, NAICS, SIC titles", "facts", texts.industry_titles(), shares=ALL),
    ]
    return corpora, lambda pairs, weights: model.train(pairs, recipe, weights)


def patent_en(data: Path) -> tuple[list[Corpus], Callable[..., Linear]]:
    """English patents into CPC's subclasses, from what the schemes say of their classes."""
    recipe = model.Recipe("patent-en", "2", least=2, features=40_000)
    corpora = [
        Corpus("IPC groups", "free with credit", patents.groups()),
        Corpus("CPC titles", "free with credit", patents.titles(data)),
        Corpus("CPC subclasses", "free with credit", patents.subclasses(data), shares=ALL),
        Corpus("references between classes", "free with credit", patents.references(data)),
        # Real patents, if all about one thing: half of them say how far titles carry.
        Corpus("patent abstracts", "MIT", texts.heads(data), shares=HALF),
    ]
    return corpora, lambda pairs, _: model.bm25(pairs, recipe)


MODELS = {
    "science-en": science_en,
    "science-zh": science_zh,
    "industry-en": industry_en,
    "patent-en": patent_en,
}


SURE = {"patent-en": 0.5}
"""Precision wanted where another one is: titles of classes never read patents at .9, so that model says what it
is right about more often than not, and how likely it is."""


def build(name: str, data: Path) -> tuple[bytes, dict[str, Any]]:
    """Train one model; give its artefact and what the manifest says of it."""
    corpora, fit = MODELS[name](data)
    parts = [model.split(c.pairs, SEED, c.shares) for c in corpora]
    aside = {model.title(text) for part in parts for text, _ in (*part[1], *part[2])}
    taught = [[pair for pair in part[0] if model.title(pair[0]) not in aside] for part in parts]
    used = [c for c in corpora if c.shares[0]]
    made = fit([pair for c in used for pair in c.pairs], [c.weight for c in used for _ in c.pairs])
    sibling, slices = in_turns(corpora, taught, fit)
    # What teaches nothing may be answered by the model that learned from everything.
    judged = [
        (model.scored(made, part[1]), c.gates) for c, part in zip(corpora, parts, strict=True) if part[1]
    ]
    sibling = model.calibrated(sibling, [*slices, *(one for one, _ in judged)])
    gates = [*slices, *(one for one, gate in judged if gate)]
    sibling = model.threshold(sibling, gates, SURE.get(name, PRECISION))
    made = replace(
        made,
        sharpness=sibling.sharpness,
        trust=sibling.trust,
        threshold=sibling.threshold,
        broad_threshold=sibling.broad_threshold,
    )
    tested = {
        c.name: report(sibling if c.shares[0] else made, part[2])
        for c, part in zip(corpora, parts, strict=True)
        if part[2]
    }
    data_ = model.packed(made)
    entry = {
        "sha256": sha256(data_).hexdigest(), "bytes": len(data_), "labels": len(made.labels),
        "features": len(made.vocabulary), "version": made.version,
        "threshold": made.threshold, "broad_threshold": made.broad_threshold,
        "sharpness": made.sharpness, "trust": made.trust, "held_out": tested,
        "trained_on": [
            {"corpus": c.name, "licence": c.licence, "texts": len(c.pairs), "sha256": digest(c.pairs)}
            for c in used
        ],
    }  # fmt: skip
    return data_, entry


def in_turns(
    corpora: Sequence[Corpus], taught: Sequence[list[Pair]], fit: Callable[..., Linear]
) -> tuple[Linear, list[model.Scored]]:
    """Train on all that is taught; score each part of it by a sibling that learned from the others alone."""
    judging = [bool(c.shares[0] and c.shares[2]) for c in corpora]
    turns = [model.split(pairs, SEED + 1, [1 / TURNS] * TURNS) for pairs in taught]

    def fitted(aside: int | None) -> Linear:
        away = {
            model.title(text)
            for turn, judges in zip(turns, judging, strict=True)
            for text, _ in (turn[aside] if aside is not None and judges else ())
        }
        kept = [
            (pair, c.weight)
            for c, pairs in zip(corpora, taught, strict=True)
            for pair in pairs
            if model.title(pair[0]) not in away
        ]
        return fit([pair for pair, _ in kept], [weight for _, weight in kept])

    found: dict[str, list[model.Scored]] = {}
    for aside in range(TURNS):
        sibling = fitted(aside)
        for corpus, turn, judges in zip(corpora, turns, judging, strict=True):
            sample = sorted(turn[aside]) if judges else []
            random.Random(SEED).shuffle(sample)  # noqa: S311 (a sample, not a secret)
            if sample:
                scored = model.scored(sibling, sample[: FITTED // TURNS])
                found.setdefault(corpus.name, []).append(scored)
    return fitted(None), [model.joined(parts) for parts in found.values()]


def report(made: Linear, pairs: Sequence[Pair]) -> dict[str, float]:
    """Score a model on texts it neither learned from nor was calibrated on."""
    found = [made.probabilities(text) for text, _ in pairs]
    sure = np.array([p.max() for p in found])
    hits = np.array(
        [made.labels[int(p.argmax())] == label for p, (_, label) in zip(found, pairs, strict=True)]
    )
    kept = sure >= made.threshold
    said = [
        (found, label) for (found, label) in ((made.predict(text), label) for text, label in pairs) if found
    ]
    good = [found.label in (label, model.top(label)) for found, label in said]
    return {
        "texts": len(hits),
        "accuracy": round(float(hits.mean()), 3),
        "calibration_error": round(model.gap(sure, hits, 10), 3),
        "answered": round(float(kept.mean()), 3),
        "precision": round(float(hits[kept].mean()) if kept.any() else 0.0, 3),
        "answered_or_broad": round(len(said) / len(hits), 3),
        "precision_or_broad": round(sum(good) / max(len(good), 1), 3),
    }


def digest(pairs: Sequence[Pair]) -> str:
    """Give a hash of training texts, so that the manifest says exactly which."""
    found = sha256()
    for text, label in pairs:
        found.update(f"{label}\t{text}\n".encode())
    return found.hexdigest()[:16]


def main() -> None:
    """Train what is asked for and write artefacts and manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KG_REAL_DATA") or ROOT.parent / "shared" / "data"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "ingest" / "models" / "fields")
    parser.add_argument("--only", choices=sorted(MODELS), action="append")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    manifest = given.out / "manifest.json"
    for name in given.only or sorted(MODELS):
        data, entry = build(name, Path(given.data))
        (given.out / f"{name}.npz").write_bytes(data)
        known = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {"models": {}}
        known["models"][name] = entry
        sys.stdout.write(
            f"{name}: {len(data)} bytes, {json.dumps(entry['held_out'])} at {entry['threshold']}\n"
        )
        sys.stdout.flush()
        known |= {"seed": SEED, "trained_by": "tools/train/fields.py"}
        manifest.write_text(
            json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
