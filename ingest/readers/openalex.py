"""Works of OpenAlex: snapshot lines, one API record, or pages of API results.

It promises one document a work, by its DOI where it has one, with topics weighted by their scores. It
refuses to read authors, institutions or concepts as works.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from silobridge.ingest.readers._clean import line, paragraphs, unmark
from silobridge.ingest.readers._json import Record, keys, objects, records, reject, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import doi
from silobridge.kg.model import Agent, Citation, Classification, Document, Kind, Origin, Reject, Section

TITLE = "OpenAlex works (JSON object, array, lines or API results)"
RIGHTS = "OpenAlex data is dedicated to the public domain (CC0 1.0)."
KIND = Kind.PAPER
GLOBS = ("*openalex*.json", "*works*.jsonl", "part_*.gz", "W*.json")

_LONGEST_ABSTRACT = 200_000


def sniff(head: bytes, name: str) -> float:
    """Say how surely these are OpenAlex works: by their keys and addresses."""
    found = keys(head)
    if not {"id", "authorships"} <= found and not {"id", "abstract_inverted_index"} <= found:
        return 0.0
    return 0.95 if b"openalex.org/W" in head else 0.5


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for each work."""
    for entry in records(source, ("results",)):
        yield entry if isinstance(entry, Reject) else _document(*entry)


def _document(origin: Origin, record: Record) -> Document | Reject:
    work = _tail(text(record, "id"))
    title = line(unmark(text(record, "title") or text(record, "display_name")))
    identifier = doi(text(record, "doi"))
    if not title or not (work.startswith("W") or identifier):
        found = "no 'title'" if work or identifier else "no 'id'"
        return reject(origin, found, record, expected="an OpenAlex work with id and title")
    abstract = _abstract(record.get("abstract_inverted_index"))
    authorships = objects(record.get("authorships"))
    known = (f"openalex:{work}" if work else "", *_identifiers(record.get("ids")))
    return Document(
        id=identifier or f"openalex:{work}",
        kind=Kind.PROJECT if record.get("type") == "grant" else KIND,
        title=title,
        sections=(Section("abstract", abstract),) if abstract else (),
        origin=origin,
        reader="openalex",
        language=text(record, "language")[:2].lower(),
        published=text(record, "publication_date")[:10] or text(record, "publication_year"),
        identifiers=tuple(dict.fromkeys(i for i in known if i)) if identifier else known[1:],
        classifications=tuple(_topics(record)),
        citations=tuple(
            Citation(f"openalex:{_tail(cited)}", "paper")
            for cited in dict.fromkeys(record.get("referenced_works") or ())
            if isinstance(cited, str)
        ),
        agents=tuple(dict.fromkeys(_agents(authorships))),
        countries=tuple(sorted(_countries(authorships))),
        licence=_licence(record),
    )


def _tail(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _abstract(index: object) -> str:
    """Lay an inverted index out again; words at impossible places are left out with it."""
    if not isinstance(index, dict):
        return ""
    words: Record = index
    places = [
        (place, word)
        for word, found in words.items()
        if isinstance(found, list)
        for place in found
        if isinstance(place, int) and 0 <= place < _LONGEST_ABSTRACT
    ]
    return paragraphs(unmark(" ".join(word for _, word in sorted(places))))


def _identifiers(ids: object) -> Iterator[str]:
    found = ids if isinstance(ids, Mapping) else {}
    for key in ("pmid", "pmcid"):
        if code := _tail(text(found, key)):
            yield f"{key}:{'PMC' if key == 'pmcid' and code.isdigit() else ''}{code}"


def _topics(record: Record) -> Iterator[Classification]:
    topics = objects(record.get("topics")) or objects([record.get("primary_topic")])
    for topic in topics:
        code = _tail(text(topic, "id"))
        score = topic.get("score")
        if code.startswith("T"):
            weight = round(float(score), 4) if isinstance(score, int | float) else 1.0
            yield Classification(f"oa-topic:{code}", weight, reason="OpenAlex topic score")


def _agents(authorships: list[Record]) -> Iterator[Agent]:
    for authorship in authorships:
        author: dict[str, Any] = authorship.get("author") or {}
        name = line(text(author, "display_name") or text(authorship, "raw_author_name"))
        countries = authorship.get("countries") or [
            text(i, "country_code") for i in _institutions(authorship)
        ]
        country = countries[0] if countries and isinstance(countries[0], str) else ""
        if name:
            yield Agent(name, "author", id=_authority(author, "orcid"), country=country)
    for authorship in authorships:
        for institution in _institutions(authorship):
            if name := line(text(institution, "display_name")):
                country = text(institution, "country_code").upper()
                yield Agent(name, "affiliation", "organisation", _authority(institution, "ror"), country)


def _institutions(authorship: Record) -> list[Record]:
    return objects(authorship.get("institutions"))


def _authority(thing: Mapping[str, Any], kind: str) -> str:
    """Give the ORCID or ROR, else OpenAlex's own identifier."""
    if code := _tail(text(thing, kind)):
        return f"{kind}:{code}"
    own = _tail(text(thing, "id"))
    return f"openalex:{own}" if own else ""


def _countries(authorships: list[Record]) -> set[str]:
    stated = {c for a in authorships for c in a.get("countries") or () if isinstance(c, str)}
    return stated | {text(i, "country_code") for a in authorships for i in _institutions(a)} - {""}


def _licence(record: Record) -> str:
    for key in ("primary_location", "best_oa_location"):
        place = record.get(key)
        if isinstance(place, dict) and text(place, "license"):
            return text(place, "license")
    return ""
