"""A synthetic ledger whose bridges are known, because they were planted."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from builders import add, hash_of

from silobridge.kg.ledger.schema import OBSERVATIONS, arrow_schema
from silobridge.kg.ledger.store import Ledger

SCIENCE = ("oa-field:17", "oa-field:25", "oa-field:13", "oa-field:22")
PATENTS = ("cpc:H01M", "cpc:B64C", "cpc:G06N", "cpc:A61F")
NOISE = tuple(f"noise {first}{second}" for first in "abcdefghijklmnop" for second in "qrstuvwxyz")
SHARED = "tunnel bridge"
GENERIC = "aspect ratio"
LINK = ("argon plume", "wing flutter")
OPEN = ("brine pump", "zinc valve")
BETWEEN = tuple(f"middle {letter}{letter}{letter}" for letter in "abcdefgh")


class Made(NamedTuple):
    """What one made-up document is: its terms stand one after the other, two in a sentence."""

    id: str
    kind: str
    domains: Sequence[str]
    terms: Sequence[str]
    year: int = 2010
    cites: Sequence[str] = ()


def corpus(seed: int = 0, each: int = 120, planted: bool = True) -> list[Made]:
    """Papers and patents in four domains a layer, their terms noise but for what is planted."""
    rng = random.Random(seed)
    weights = [1 / (rank + 1) ** 0.7 for rank in range(len(NOISE))]
    made = []
    for kind, domains in (("paper", SCIENCE), ("patent", PATENTS)):
        for domain in domains:
            for number in range(each):
                terms = rng.choices(NOISE, weights, k=8)
                if rng.random() < 0.3:
                    terms.append(GENERIC)
                if planted:
                    terms += _plant(domain, number, rng)
                identifier = f"doi:10.5555/{kind}.{domain.split(':')[1]}.{number}"
                made.append(Made(identifier, kind, [domain], list(dict.fromkeys(terms)), 2001 + number % 20))
    return made


def _plant(domain: str, number: int, rng: random.Random) -> list[str]:
    if domain not in ("oa-field:17", "cpc:H01M"):
        return []
    terms = [SHARED, f"long {SHARED}"] if number % 6 == 0 else []
    end, other = (0, 1) if domain == "oa-field:17" else (1, 0)
    if number % 7 == 1:
        terms.append(LINK[end])
        terms += [LINK[other]] if number % 3 == 0 else []
    if number % 5 == 2:
        terms += [OPEN[end], *rng.sample(BETWEEN, 2)]
    return terms


def build(folder: Path, made: Iterable[Made]) -> Ledger:
    """Make a ledger of those documents, in the order given."""
    ledger = Ledger.create(folder)
    merged: dict[str, list[dict[str, Any]]] = {table: [] for table in OBSERVATIONS}
    for doc, document in enumerate(made):
        _rows(doc, document, merged)
    add(ledger, {table: pa.Table.from_pylist(rows, arrow_schema(table)) for table, rows in merged.items()})
    return ledger


def _rows(doc: int, made: Made, merged: dict[str, list[dict[str, Any]]]) -> None:
    text = ""
    for number, at in enumerate(range(0, len(made.terms), 2)):
        pair = made.terms[at : at + 2]
        start = len(text)
        for term in pair:
            text += ("We show <b>& the " if term == pair[0] else " with ") + term
            merged["mention"].append(dict(doc=doc, sentence=number, start=len(text) - len(term), stop=len(text),
                                          form=term, surface=term, type="", how="made"))  # fmt: skip
        text += "."
        merged["sentence"].append(dict(doc=doc, sentence=number, start=start, stop=len(text)))
        text += " "
    merged["document"].append(dict(
        doc=doc, id=made.id, kind=made.kind, title=f"<On> {made.id}", language="en", published=str(made.year),
        year=made.year, reader="made", source="made", record=doc, line=0, licence="", content_hash=made.id,
        text_hash=hash_of(text), extractor="made-1", run=0, text=text))  # fmt: skip
    for domain in made.domains:
        merged["membership"].append(dict(doc=doc, domain=domain, weight=1.0, how="asserted", reason=""))
    for target in made.cites:
        merged["citation"].append(dict(doc=doc, target=target, kind="paper", text=""))
