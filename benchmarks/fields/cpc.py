"""Patents into CPC by the model that ships, beside baselines taught by CPC's titles: ``run.py --set cpc``.

It promises that no patent measured here taught the model, that a title met twice counts once with the codes of
both, and that right means any of a patent's own codes. It refuses to hide what was seen: half of the abstracts
about magnetic heads fitted the model's probabilities, so only the other half is asked; the drone patents whose
title hashes to a third were looked at while the model was built, and are asked apart.
"""

import time
from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

import measure
import numpy as np
import sets

from silobridge.ingest.classify import linear
from silobridge.ingest.classify.linear import Linear
from silobridge.kg.taxonomy import taxonomy

Case = tuple[str, str, set[str]]
"""A text, its first subclass, and all of them."""
Ranked = list[tuple[str, float]]
LEVELS = {"subclass": len("cpc:A01B"), "class": len("cpc:A01"), "section": len("cpc:A"), "WIPO field": 0}
SEEN = 3
"""One drone title in so many was looked at."""


def sources(data: Path) -> Iterator[tuple[str, list[Case]]]:
    """Give every set of patents with its cases."""
    drones = _drones(data)
    seen = [
        int(md5(text.lower().encode(), usedforsecurity=False).hexdigest()[0], 16) % SEEN
        for text, *_ in drones
    ]
    yield "drone patents' titles", [case for case, at in zip(drones, seen, strict=True) if at]
    yield "drone patents' titles, looked at", [case for case, at in zip(drones, seen, strict=True) if not at]
    heads = sets.texts.heads(data)
    if heads:
        kept = sets.model.split(heads, sets.SEED, (0.0, 0.5, 0.5))[2]
        yield "abstracts about magnetic heads", [(text, label, {label}) for text, label in kept]
    yield "US patents, full text", list(_uspto(data))


def _drones(data: Path) -> list[Case]:
    found: dict[str, list[str]] = {}
    for title, codes in sets.texts.lens_titles(data):
        known = [f"cpc:{code[:4]}" for code in codes if code[0] != "Y"]
        found.setdefault(title.strip(), []).extend(code for code in known if code in taxonomy())
    return [(title, codes[0], set(codes)) for title, codes in sorted(found.items()) if codes]


def _uspto(data: Path) -> Iterator[Case]:
    from silobridge.ingest import readers
    from silobridge.ingest.source import Source
    from silobridge.kg.model import Document, stored_text

    for path in sorted(data.glob("patents/uspto_*/*.xml")):
        for found in readers.load("uspto").read(Source(path)):
            if isinstance(found, Document):
                codes = [c.domain[:8] for c in found.classifications if c.domain.startswith("cpc:")]
                if codes:
                    yield stored_text(found)[0], codes[0], set(codes)


def tables(data: Path) -> Iterator[dict[str, Any]]:
    """Answer every source at every level by ours and the baselines, and score them together."""
    made = linear.load("patent-en")
    cosine = _cosine(data)
    bm25 = _by_titles(data)
    for source, cases in sources(data):
        if not cases:
            continue
        started = time.process_time()
        ours = [dict(zip(made.labels, made.probabilities(text).tolist(), strict=True)) for text, *_ in cases]
        spent = time.process_time() - started
        others = {
            "TF-IDF cosine to subclass titles": cosine([text for text, *_ in cases]),
            "BM25 of CPC's main groups": [_scores(bm25, text) for text, *_ in cases],
        }
        for level, size in LEVELS.items():
            yield _table(f"cpc {level}: {source}", level, size, cases, {"ours": ours, **others}) | {
                "cpu_seconds": round(spent, 1)
            }


def _table(name: str, level: str, size: int, cases: Sequence[Case], said: dict[str, Any]) -> dict[str, Any]:
    import run

    wide = {name: [_at(found, size, name == "ours") for found in rows] for name, rows in said.items()}
    accepted = [{label for code in codes for label in _above(code, size)} for *_, codes in cases]
    first = [min(_above(code, size), default="") for _, code, _ in cases]
    counts: dict[str, int] = {}
    for label in first:
        counts[label] = counts.get(label, 0) + 1
    common = sorted(counts, key=lambda label: (-counts[label], label))[:5]
    wide["the set's own commonest"] = [[(label, 0.0) for label in common]] * len(cases)
    labels = sorted(
        {label for rows in wide.values() for row in rows for label, _ in row} | set().union(*accepted)
    )
    place = {label: at for at, label in enumerate(labels)}
    gold = np.array([place.get(label, -1) for label in first])
    found = {}
    for who, rows in wide.items():
        sure = [row[0][1] for row in rows] if who == "ours" else None
        found[who] = run.answers(
            who, [[label for label, _ in row] for row in rows], place, gold, sure, accepted
        )
    scores = {who: measure.summary(one, [0] * len(labels), -1) for who, one in found.items()}
    for who, one in found.items():
        # Any of the patent's own codes is right, also among five.
        good = one.accepted
        scores[who]["top5"] = float(
            np.mean([bool(set(row) & ok) for row, ok in zip(one.order, good, strict=True)])
        )
    gains = {who: measure.paired(found["ours"], one) for who, one in found.items() if who != "ours"}
    note = (
        f"any of a patent's own codes is right; threshold {linear.load('patent-en').threshold} for subclasses"
    )
    return {"set": name, "note": note, "scores": scores, "gains": gains}


def _at(found: dict[str, float], size: int, summed: bool) -> Ranked:
    # Probabilities of what a wider label holds are added up; scores are not, there the best part stands for it.
    wide: dict[str, float] = {}
    for label, value in found.items():
        for above in _above(label, size):
            wide[above] = wide.get(above, 0.0) + value if summed else max(wide.get(above, value), value)
    best = sorted(wide, key=lambda label: (-wide[label], label))[:5]
    return [(label, min(wide[label], 1.0)) for label in best]


_FIELDS: dict[str, tuple[str, ...]] = {}


def _above(code: str, size: int) -> tuple[str, ...]:
    if size:
        return (code[:size],)
    if code not in _FIELDS:
        rows = taxonomy().crosswalks.mappings_of(code)
        _FIELDS[code] = tuple(sorted({row.target for row in rows if row.target.startswith("wipo:")}))
    return _FIELDS[code]


def _cosine(data: Path) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = [
        pair for pair in sets.texts.cpc_titles("subclass", groups=False) if len(pair[1]) == LEVELS["subclass"]
    ]
    cut = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    rows = cut.fit_transform([text for text, _ in known])

    def answer(texts: Sequence[str]) -> list[dict[str, float]]:
        table = (cut.transform(texts) @ rows.T).toarray()
        return [dict(zip([label for _, label in known], row.tolist(), strict=True)) for row in table]

    return answer


def _by_titles(data: Path) -> Linear:
    recipe = sets.model.Recipe("titles", least=1, features=40_000)
    taught = [
        *sets.texts.cpc_titles("subclass", groups=True),
        *sets.texts.cpc_titles("subclass", groups=False),
    ]
    return sets.model.bm25([pair for pair in taught if len(pair[1]) == LEVELS["subclass"]], recipe)


def _scores(model: Linear, text: str) -> dict[str, float]:
    return dict(zip(model.labels, model.scores(model.read(text)).tolist(), strict=True))
