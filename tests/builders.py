"""A synthetic ledger with three layers, for tests that need a graph but no files and no extractor."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa

from silobridge.kg.ledger.append import append, begin_run
from silobridge.kg.ledger.schema import FINDINGS, OBSERVATIONS, SQL_VIEWS, arrow_schema
from silobridge.kg.ledger.store import Ledger

LAYERS = {
    "paper": ("oa-field:17", "oa-field:25", "oa-field:13"),
    "patent": ("cpc:B64C", "cpc:H01M", "cpc:G06N"),
    "industry": ("nace:C27", "nace:C30", "nace:C26"),
}
TERMS = tuple(
    f"{first} {second}"
    for first in ("solid", "ionic", "thermal", "neural", "elastic", "optical", "porous", "magnetic")
    for second in ("electrolyte", "membrane", "filter", "network", "resonator", "coating")
)
PREDICATES = ("improves", "used-for", "causes", "part-of", "addresses")


def document_rows(doc: int, rng: random.Random, identifier: str = "") -> dict[str, list[dict[str, Any]]]:
    """Rows of every observation table for one made-up document, offsets exact."""
    kind = ("paper", "patent", "industry")[rng.randrange(3)]
    domains = rng.sample(LAYERS[kind], rng.choice((1, 1, 2)))
    # Each domain leans on its own stretch of the terms, so that bridges and silos exist.
    home = LAYERS[kind].index(domains[0]) * 12
    pool = [TERMS[(home + rng.randrange(18)) % len(TERMS)] for _ in range(6)]
    identifier = identifier or f"doi:10.5555/made.{doc}"
    title = f"On the {pool[0]} and the {pool[1]}"
    text = title + "\n\n"
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in OBSERVATIONS}
    rows["section"].append(dict(doc=doc, section=0, role="title", heading="", start=0, stop=len(title)))
    rows["sentence"].append(dict(doc=doc, sentence=0, start=0, stop=len(title)))
    for term in pool[:2]:
        at = title.index(term)
        rows["mention"].append(dict(doc=doc, sentence=0, start=at, stop=at + len(term), form=term,
                                    surface=term, type="", how="sequence"))  # fmt: skip
    begin = len(text)
    for number, (one, two) in enumerate(zip(pool[::2], pool[1::2], strict=True), 1):
        predicate = rng.choice(PREDICATES)
        negated, hedged = rng.random() < 0.15, rng.random() < 0.2
        verb = f"{'may ' if hedged else ''}{'not ' if negated else ''}{predicate}"
        sentence = f"The {one} {verb} the {two}."
        start = len(text)
        text += sentence + " "
        rows["sentence"].append(dict(doc=doc, sentence=number, start=start, stop=start + len(sentence)))
        spans = (start + 4, start + len(sentence) - 1 - len(two))
        for term, at, sort in ((one, spans[0], "material"), (two, spans[1], "device")):
            rows["mention"].append(dict(doc=doc, sentence=number, start=at, stop=at + len(term), form=term,
                                        surface=term, type=sort, how="sequence"))  # fmt: skip
        rows["evidence"].append(dict(
            doc=doc, sentence=number, start=start, stop=start + len(sentence), subject=one,
            subject_start=spans[0], subject_stop=spans[0] + len(one), predicate=predicate, object=two,
            object_start=spans[1], object_stop=spans[1] + len(two),
            polarity="negated" if negated else "affirmed", hedged=hedged, confidence=0.8, rule="made",
            modality="done" if doc % 2 else "stated", novel=(doc + number) % 5 == 0,
            failure="fell-short" if negated else "", reason_start=spans[1] if negated else 0,
            reason_stop=start + len(sentence) if negated else 0))  # fmt: skip
        if (doc + number) % 3 == 0:
            rows["quantity"].append(dict(
                doc=doc, sentence=number, start=start, stop=start + 3, comparison="=", low=3.0, high=3.0, unit="W",
                dimension="m2 kg s-3", si_low=3.0, si_high=3.0, property=two, property_start=spans[1],
                property_stop=spans[1] + len(two)))  # fmt: skip
    text = text.rstrip()
    rows["section"].append(dict(doc=doc, section=1, role="abstract", heading="", start=begin, stop=len(text)))
    year = 2005 + rng.randrange(18)
    rows["document"].append(dict(
        doc=doc, id=identifier, kind=kind, title=title, language="en", published=f"{year}-01-01", year=year,
        reader="made", source="made.jsonl", record=doc + 1, line=doc + 1, licence="CC0-1.0",
        content_hash=f"{hash_of(text)}", text_hash=f"{hash_of(text)}", extractor="made-1", run=0, text=text))  # fmt: skip
    _around(rows, doc, kind, domains, rng)
    return rows


def _around(
    rows: dict[str, list[dict[str, Any]]], doc: int, kind: str, domains: list[str], rng: random.Random
) -> None:
    """Add what stands around the text: domains, citations, who made it and where."""
    for domain in domains:
        rows["classification"].append(
            dict(doc=doc, domain=domain, weight=1.0, method="asserted", reason="made")
        )
        rows["membership"].append(dict(doc=doc, domain=domain, weight=1.0, how="asserted", reason="made"))
    if kind == "patent":
        rows["membership"].append(
            dict(doc=doc, domain="nace:C30", weight=0.5, how="crosswalk", reason="made")
        )
    if doc:
        rows["citation"].append(
            dict(doc=doc, target=f"doi:10.5555/made.{rng.randrange(doc)}", kind="paper", text="")
        )
    rows["contribution"].append(dict(doc=doc, ordinal=0, agent=f"org:{doc % 7:016x}", name=f"Maker {doc % 7}",
                                     sort="organisation", role="assignee", country="DE"))  # fmt: skip
    rows["place"].append(dict(doc=doc, country="DE"))
    rows["identifier"].append(dict(doc=doc, id=f"openalex:W99{doc:06d}"))


def hash_of(text: str) -> str:
    from silobridge.kg.ids import content_hash

    return content_hash(text)


def small_batch(documents: int = 60, seed: int = 0, first: int = 0) -> dict[str, pa.Table]:
    """A batch of made-up documents numbered from `first`; equal arguments give equal batches."""
    merged: dict[str, list[dict[str, Any]]] = {table: [] for table in OBSERVATIONS}
    for local in range(documents):
        rng = random.Random(f"{seed}:{first + local}")
        rows = document_rows(first + local, rng)
        for table, some in rows.items():
            merged[table].extend({**row, "doc": local} for row in some)
    return {table: pa.Table.from_pylist(rows, arrow_schema(table)) for table, rows in merged.items()}


def small_ledger(folder: Path, documents: int = 60, seed: int = 0) -> Ledger:
    """Make a graph folder whose ledger holds made-up documents."""
    ledger = Ledger.create(folder)
    add(ledger, small_batch(documents, seed))
    return ledger


def add(ledger: Ledger, batch: dict[str, pa.Table]) -> None:
    """Append a batch in its own run."""
    with ledger.writing() as connection:
        append(connection, batch, begin_run(connection, "test", "0"))


_IN_4 = (*FINDINGS, "meaning", "sense", "duplicate", "agent_alias", "link_key", "quantity")
NEWER_THAN = {
    1: ("spelling", "definition", "verdict", "outcome", *_IN_4),
    2: ("verdict", "outcome", *_IN_4),
    3: _IN_4,
}
"""The tables that a ledger of each older schema version lacked."""

SAID_HOW = ("modality", "novel", "failure", "reason_start", "reason_stop")
"""The columns of evidence that version 4 added."""


def aged(connection: Any, version: int) -> None:
    """Make a ledger look as an older schema version wrote it."""
    for view in SQL_VIEWS:
        connection.execute(f"DROP VIEW {view}")
    for name in SAID_HOW:
        connection.execute(f"ALTER TABLE evidence DROP COLUMN {name}")
    for table in NEWER_THAN[version]:
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [str(version)])
