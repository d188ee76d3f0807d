"""Full texts of journal articles in JATS, as PubMed Central, PLOS, BMC and many publishers give them.

It promises title, abstract and keywords in each of their languages, body under its headings, captions,
references with DOI or PMID, authors with ORCID and country, licence and the earliest day. It refuses to keep the numbers of
references in the text, where they would stick to words.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._jats_back import agents, licence, references
from silobridge.ingest.readers._prose import Block, sections
from silobridge.ingest.readers._xml import Element, date, documents, local, prose, reject, root_name, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import content_hash, doi
from silobridge.kg.model import Document, Kind, Origin, Reject, Section

TITLE = "JATS full texts (XML)"
RIGHTS = "Each article names its own licence; the reader keeps it."
KIND = Kind.PAPER
GLOBS = ("*.nxml", "PMC*.xml", "*jats*.xml")

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_EXPECTED = "a JATS article with front matter and an article-title"
_SKIP = frozenset(
    {
        "fn", "table", "tex-math", "object-id", "disp-formula", "graphic", "label", "email",
        "xref-bibr", "xref-fn", "xref-table-fn", "xref-aff", "xref-corresp",
    }
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "title", "list-item", "disp-quote", "sec"})
_DAYS = ("epub", "ppub", "collection", "epub-ppub", "pub", "preprint", "pmc-release", "")


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is JATS: by its root element and front matter."""
    root = root_name(head)
    if root not in {"article", "pmc-articleset"}:
        return 0.0
    return 0.97 if b"<front" in head or b"JATS" in head[:2000] else 0.4


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a document for every article."""
    yield from documents(source, _EXPECTED, _articles)


def _articles(root: Element, origin: Origin) -> Iterator[Document | Reject]:
    articles = [root] if local(root) == "article" else root.findall(".//{*}article")
    if not articles:
        yield reject(origin, f"the root element {local(root)!r} without an article", _EXPECTED, root)
    for number, article in enumerate(articles, origin.record):
        line = origin.line + article.sourceline - root.sourceline
        yield _document(article, Origin(origin.source, number, line))


def _document(article: Element, origin: Origin) -> Document | Reject:
    meta = article.find("{*}front/{*}article-meta")
    if meta is None:
        return reject(origin, "an article without article-meta", _EXPECTED, article)
    title = text(meta.find("{*}title-group/{*}article-title"), _SKIP)
    if not title:
        return reject(origin, "no article-title", _EXPECTED, article)
    subtitle = text(meta.find("{*}title-group/{*}subtitle"), _SKIP)
    known = list(dict.fromkeys(_identifiers(meta)))
    parts = tuple(_sections(article, meta))
    people = tuple(dict.fromkeys(agents(meta)))
    return Document(
        id=known[0] if known else "file:" + content_hash(title, *(part.text for part in parts))[:16],
        kind=KIND,
        title=f"{title}: {subtitle}" if subtitle else title,
        sections=parts,
        origin=origin,
        reader="jats",
        language=(article.get(_LANGUAGE) or "")[:2].lower(),
        published=_published(meta),
        identifiers=tuple(known[1:]),
        citations=tuple(dict.fromkeys(references(article))),
        agents=people,
        countries=tuple(sorted({agent.country for agent in people if agent.country})),
        licence=licence(meta),
    )


def _identifiers(meta: Element) -> Iterator[str]:
    """Give the DOI first, then PMID and PMC number."""
    found = {e.get("pub-id-type", ""): text(e) for e in meta.findall("{*}article-id")}
    yield from filter(None, [doi(found.get("doi", ""))])
    if found.get("pmid", "").isdigit():
        yield f"pmid:{found['pmid']}"
    if pmc := found.get("pmc", "") or found.get("pmcid", ""):
        yield f"pmcid:PMC{pmc.upper().removeprefix('PMC')}"


def _sections(article: Element, meta: Element) -> Iterator[Section]:
    for title in meta.findall("{*}title-group/{*}trans-title-group/{*}trans-title"):
        if found := text(title, _SKIP):
            yield Section("title", found)
    for abstract in (*meta.findall("{*}abstract"), *meta.findall("{*}trans-abstract")):
        role = "abstract" if abstract.get("abstract-type") in (None, "", "executive-summary") else "body"
        if found := prose(abstract, _PARAGRAPHS, _SKIP):
            yield Section(role, re.sub(r"^(?:Abstract|摘要)\n\n", "", found))
    for words in _keywords(meta):
        if kept := list(dict.fromkeys(word for word in words if word)):
            yield Section("keywords", "; ".join(kept))
    body = article.find("{*}body")
    if body is not None:
        yield from sections([block for block in _blocks(body) if block.text])
        yield from _captions(article)


def _keywords(meta: Element) -> Iterator[list[str]]:
    """Give the keywords of each language, and the fields: with the keywords where these are in one language."""
    found: dict[str, list[str]] = {}
    for group in meta.findall("{*}kwd-group"):
        words = [text(word, _SKIP) for word in group.findall("{*}kwd")]
        found.setdefault((group.get(_LANGUAGE) or "")[:2].lower(), []).extend(words)
    fields = [
        text(e, _SKIP) for e in meta.findall("{*}article-categories/{*}subj-group/{*}subject") if _field(e)
    ]
    if len(found) > 1:
        yield from (*found.values(), fields)
    else:
        yield [word for words in (*found.values(), fields) for word in words]


def _field(subject: Element) -> bool:
    """Say whether a subject names a field, not the sort of article, which journals give as a heading."""
    return bool(subject.getparent().get("subj-group-type") not in ("heading", "article-type", None))


def _blocks(parent: Element) -> Iterator[Block]:
    for child in parent:
        name = local(child)
        if name == "title":
            yield Block(text(child, _SKIP), True)
        elif name == "sec":
            yield from _blocks(child)
        elif name in {
            "fig",
            "table-wrap",
            "fig-group",
            "table-wrap-group",
            "supplementary-material",
            "label",
        }:
            continue
        elif name:
            yield Block(_paragraph(child))


def _paragraph(element: Element) -> str:
    return prose(element, _PARAGRAPHS, _SKIP | {"fig", "table-wrap", "supplementary-material"})


def _captions(article: Element) -> Iterator[Section]:
    for thing in article.iter("{*}fig", "{*}table-wrap"):
        label = text(thing.find("{*}label"))
        if caption := prose(thing.find("{*}caption"), _PARAGRAPHS, _SKIP):
            yield Section("caption", caption, label)


def _published(meta: Element) -> str:
    """Give the day of the first publication online, else in print, else of the collection."""
    found: dict[str, str] = {}
    for element in meta.findall("{*}pub-date"):
        year, month, day = (text(element.find(f"{{*}}{name}")) for name in ("year", "month", "day"))
        month, day = (f"{part:0>2}" if part.isdigit() else "" for part in (month, day))
        kind = element.get("pub-type") or element.get("date-type") or ""
        if stated := date(year + month + (day if month else "")):
            found.setdefault(kind, stated)
    return next((found[kind] for kind in _DAYS if kind in found), "")
