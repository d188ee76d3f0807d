"""arXiv API answers in Atom.

It promises one paper an entry, dated by its first version. It refuses the API's error entries, by name.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._clean import paragraphs
from silobridge.ingest.readers._xml import Element, date, documents, local, reject, root_name, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import doi
from silobridge.kg.model import Agent, Classification, Document, Kind, Origin, Reject, Section

TITLE = "arXiv API answers (Atom)"
RIGHTS = "arXiv metadata is dedicated to the public domain (CC0 1.0)."
KIND = Kind.PAPER
GLOBS = ("*arxiv*.xml", "*atom*.xml")

_EXPECTED = "an Atom entry with an arXiv id and a title"
_ID = re.compile(r"arxiv\.org/abs/(.+?)(?:v\d+)?$")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is an arXiv answer: an Atom feed that names arXiv."""
    return 0.95 if root_name(head) == "feed" and b"arxiv.org" in head else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a paper for each entry."""
    yield from documents(source, _EXPECTED, _entries)


def _entries(root: Element, origin: Origin) -> Iterator[Document | Reject]:
    for number, entry in enumerate(root.findall("{*}entry"), origin.record):
        yield _document(entry, Origin(origin.source, number, origin.line + entry.sourceline - 1))
    if local(root) != "feed":
        yield reject(origin, f"the root element {local(root)!r}", _EXPECTED, root)


def _document(entry: Element, origin: Origin) -> Document | Reject:
    match = _ID.search(text(entry.find("{*}id")))
    title = text(entry.find("{*}title"))
    if not match or not title:
        return reject(origin, "no title" if match else "no arXiv id", _EXPECTED, entry)
    summary = entry.find("{*}summary")
    abstract = paragraphs("".join(summary.itertext())) if summary is not None else ""
    other = doi(text(entry.find("{*}doi")))
    terms = dict.fromkeys(e.get("term", "") for e in entry.findall("{*}category"))
    return Document(
        id=f"arxiv:{match.group(1)}",
        kind=KIND,
        title=title,
        sections=(Section("abstract", abstract),) if abstract else (),
        origin=origin,
        reader="arxiv_atom",
        published=date(text(entry.find("{*}published"))[:10]),
        identifiers=(other,) if other else (),
        classifications=tuple(Classification(f"arxiv-cat:{term}") for term in terms if _is_category(term)),
        agents=tuple(_authors(entry)),
    )


def _is_category(term: str) -> bool:
    """Tell arXiv's categories from the MSC and ACM codes that authors add in the same place."""
    return bool(re.fullmatch(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?", term))


def _authors(entry: Element) -> Iterator[Agent]:
    for author in entry.findall("{*}author"):
        if name := text(author.find("{*}name")):
            yield Agent(name, "author")
