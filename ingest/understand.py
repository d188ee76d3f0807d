"""Documents to the rows the ledger keeps: the one place where text becomes observations.

It promises a pure function: the same document gives the same rows whatever stands beside it in the
batch. It refuses to drop anything: a document in a language without an extractor keeps its sentences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from silobridge.ingest import bilingual, extractors
from silobridge.ingest.extractors.record import Extraction, Item
from silobridge.ingest.text.language import detect
from silobridge.ingest.text.sentences import sentences
from silobridge.kg import ids
from silobridge.kg.ledger.schema import OBSERVATIONS
from silobridge.kg.model import Document, Span, stored_text

if TYPE_CHECKING:
    from silobridge.kg.ledger.append import Batch

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_WORD = re.compile(r"[\W_]+")

Rows = dict[str, list[tuple[Any, ...]]]


def _version() -> str:
    found = sorted(extractors.languages())
    return "+".join(["u3", *(extractors.load(language).VERSION for language in found)])  # type: ignore[union-attr]


VERSION = _version()
"""Changes whenever the same document could give other rows."""


def understand(documents: Sequence[Document]) -> "Batch":
    """Turn documents into one Arrow table per observation table; `doc` is the place in the batch.

    Parameters
    ----------
    documents
        What a reader made of a file's records.

    Returns
    -------
    Batch
        A table for every name in `schema.OBSERVATIONS`, with its columns in order.
    """
    texts = [_text(document) for document in documents]
    languages = [
        _language(document.language) or detect(text)
        for document, (text, _) in zip(documents, texts, strict=True)
    ]
    rows: Rows = {table: [] for table in OBSERVATIONS}
    found = _extractions(documents, texts, languages)
    for doc, (document, (text, spans), extraction) in enumerate(zip(documents, texts, found, strict=True)):
        rows["document"].append(_document(doc, document, text, languages[doc]))
        rows["section"].extend((doc, number, *_section(span)) for number, span in enumerate(spans))
        _said(rows, doc, document)
        rows["sentence"].extend(
            (doc, number, *sentence) for number, sentence in enumerate(extraction.sentences)
        )
        for table in _FIELDS:
            kept: Iterable[tuple[Any, ...]] = getattr(extraction, _FIELDS[table])
            rows[table].extend((doc, *row) for row in kept)
    return _tables(rows)


_THREE_LETTERS = {"eng": "en", "zho": "zh", "chi": "zh", "cmn": "zh"}


def _language(code: str) -> str:
    """Give the two-letter code of a record's language tag: ``en-US`` and ``eng`` are ``en``."""
    head = code.strip().lower().replace("_", "-").partition("-")[0]
    return _THREE_LETTERS.get(head, head)


_FIELDS = {
    "mention": "mentions",
    "abbreviation": "abbreviations",
    "evidence": "evidence",
    "quantity": "quantities",
}


def _text(document: Document) -> tuple[str, tuple[Span, ...]]:
    """Lay the text out; half a surrogate pair cannot be stored, so it becomes one replacement character."""
    text, spans = stored_text(document)
    return _SURROGATE.sub("\ufffd", text), spans


def _extractions(
    documents: Sequence[Document], texts: Sequence[tuple[str, tuple[Span, ...]]], languages: Sequence[str]
) -> list[Extraction]:
    """Extract language by language, and put the results back together in the order of the documents."""
    found: list[dict[str, Extraction]] = [{} for _ in documents]
    waiting: dict[str, list[tuple[int, Item]]] = {}
    for place, (document, (text, spans), language) in enumerate(
        zip(documents, texts, languages, strict=True)
    ):
        for code, own in bilingual.parts(text, spans, language).items():
            waiting.setdefault(code, []).append((place, Item(*own, str(document.kind))))
    for code, items in sorted(waiting.items()):
        extractor = extractors.load(code)
        read = extractor.extract_all if extractor else _sentences_only
        for (place, _), extraction in zip(items, read(item for _, item in items), strict=True):
            found[place][code] = extraction
    return [bilingual.merged(each.values(), *said) for each, said in zip(found, texts, strict=True)]


def _sentences_only(items: Iterable[Item]) -> Iterator[Extraction]:
    for item in items:
        yield Extraction(tuple(sentences(item.text, item.spans)))


def _document(doc: int, document: Document, text: str, language: str) -> tuple[Any, ...]:
    origin = document.origin
    return (
        doc, document.id, str(document.kind), document.title, language, document.published, document.year,
        document.reader, origin.source, origin.record, origin.line, document.licence, document.hash,
        text_hash(text), VERSION, 0, text,
    )  # fmt: skip


def _section(span: Span) -> tuple[str, str, int, int]:
    return span.role, span.heading, span.start, span.stop


def text_hash(text: str) -> str:
    """Hash a text's letters and digits alone, so that copies are recognised however they are set.

    Examples
    --------
    >>> text_hash("Fire-proof doors.") == text_hash("fireproof  DOORS")
    True
    """
    return blake2b(_NOT_WORD.sub("", text.casefold()).encode(), digest_size=16).hexdigest()


def _said(rows: Rows, doc: int, document: Document) -> None:
    """Add what the record says outright: identifiers, citations, classifications, agents, places."""
    from silobridge.kg import taxonomy

    rows["identifier"].extend((doc, name) for name in dict.fromkeys(document.identifiers))
    rows["citation"].extend(
        (doc, target, kind, text)
        for target, kind, text in dict.fromkeys((c.target, c.kind, c.text) for c in document.citations)
    )
    rows["classification"].extend(
        (doc, c.domain, c.weight, c.method, c.reason) for c in document.classifications
    )
    rows["contribution"].extend(
        (
            doc,
            ordinal,
            agent.id or _minted(document, agent),
            agent.name,
            agent.sort,
            agent.role,
            agent.country,
        )
        for ordinal, agent in enumerate(document.agents)
    )
    rows["place"].extend((doc, country) for country in sorted(set(document.countries)))
    if hasattr(taxonomy, "taxonomy"):
        known = taxonomy.taxonomy().memberships(document.classifications)
        rows["membership"].extend((doc, m.domain, m.weight, m.how, m.reason) for m in known)


def _minted(document: Document, agent: Any) -> str:
    if agent.sort == "organisation":
        return ids.organisation(agent.name, agent.country)
    return ids.person(document.id, agent.role, agent.name)


def _tables(rows: Rows) -> "Batch":
    import pyarrow as pa

    from silobridge.kg.ledger.schema import arrow_schema

    tables = {}
    for table, found in rows.items():
        schema = arrow_schema(table)
        columns = zip(*found, strict=True) if found else ([] for _ in schema)
        tables[table] = pa.Table.from_arrays(
            [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
            schema=schema,
        )
    return tables
