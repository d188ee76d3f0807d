"""Full texts of US patents and applications, in the office's XML since 2001.

It promises one patent a document for the formats 4.x, and for the older 2.5 (grants) and 1.x
(applications): title, abstract, claims, description under its headings, CPC and IPC codes, parties and
citations. Weekly bulk files are streamed. It refuses gene sequence listings, which are no texts.
"""

from collections.abc import Iterator

from silobridge.ingest.readers import _uspto_old
from silobridge.ingest.readers._patent import Patent, finish, npl, party, prose_sections
from silobridge.ingest.readers._xml import Element, date, documents, local, prose, root_name, text
from silobridge.ingest.source import Source
from silobridge.kg.ids import patent
from silobridge.kg.model import Agent, Citation, Document, Kind, Origin, Reject, Section

TITLE = "USPTO full texts of grants and applications (XML)"
RIGHTS = "The text of US patents is in the public domain, but for parts marked with a copyright notice."
KIND = Kind.PATENT
GLOBS = ("US*.xml", "ipg*.xml", "ipa*.xml", "pg*.xml", "pa*.xml")

_ROOTS = frozenset({"us-patent-grant", "us-patent-application", *_uspto_old.ROOTS})
_EXPECTED = "a us-patent-grant, us-patent-application, PATDOC or patent-application-publication"
_BLOCKS = frozenset({"p", "claim", "li", "row", "heading", "maths"})
_SKIP = frozenset({"tables", "table-external-doc", "chemistry", "math", "img"})
_LISTING = frozenset({"sequence-cwu"})


def sniff(head: bytes, name: str) -> float:
    """Say how surely this is USPTO full text: by its root element."""
    return 0.98 if root_name(head) in _ROOTS else 0.0


def read(source: Source) -> Iterator[Document | Reject]:
    """Yield a patent for every XML document in the file."""
    yield from documents(source, _EXPECTED, lambda root, origin: [_document(root, origin)])


def _document(root: Element, origin: Origin) -> Document | Reject:
    name = local(root)
    if name in _uspto_old.ROOTS:
        return finish(_uspto_old.patent_of(root, name), root, origin, "uspto")
    if name not in _ROOTS:
        found = "a sequence listing" if name in _LISTING else f"the root element {name!r}"
        hint = (
            "nothing to do: it holds no text" if name in _LISTING else "name the reader it is for with --as"
        )
        return Reject(origin, found, _EXPECTED, hint)
    return finish(_current(root), root, origin, "uspto")


def _current(root: Element) -> Patent:
    biblio = next((e for e in root if local(e).startswith("us-bibliographic-data")), root)
    reference = biblio.find("publication-reference/document-id")
    return Patent(
        country=_of(reference, "country"),
        number=_of(reference, "doc-number"),
        kind=_of(reference, "kind"),
        published=date(_of(reference, "date")),
        title=text(biblio.find("invention-title")),
        language=(root.get("lang") or "").lower()[:2],
        sections=tuple(_sections(root)),
        cpc=tuple(_symbol(e) for e in biblio.findall("classifications-cpc//classification-cpc")),
        ipc=tuple(_ipc(biblio)),
        agents=tuple(_agents(biblio)),
        citations=tuple(_citations(biblio)),
        identifiers=tuple(_related(biblio)),
    )


def _sections(root: Element) -> Iterator[Section]:
    for abstract in root.findall("abstract"):
        yield Section("abstract", prose(abstract, _BLOCKS, _SKIP))
    for claims in root.findall("claims"):
        yield Section("claims", prose(claims, _BLOCKS, _SKIP))
    description = root.find("description")
    if description is not None:
        yield from prose_sections(description, frozenset({"heading"}), frozenset({"p"}), _SKIP)


def _symbol(element: Element) -> str:
    parts = (_of(element, name) for name in ("section", "class", "subclass"))
    group, subgroup = _of(element, "main-group"), _of(element, "subgroup")
    return "".join(parts) + (f"{group}/{subgroup or '00'}" if group else "")


def _ipc(biblio: Element) -> Iterator[str]:
    yield from (_symbol(e) for e in biblio.findall("classifications-ipcr/classification-ipcr"))
    for old in biblio.findall("classification-ipc"):
        yield from (text(e) for e in old if local(e) in {"main-classification", "further-classification"})


def _agents(biblio: Element) -> Iterator[Agent]:
    for element in biblio.iter("assignee", "us-applicant", "applicant", "inventor"):
        role = {"us-applicant": "applicant"}.get(local(element), local(element))
        if element.get("app-type") == "applicant-inventor":
            role = "inventor"
        book = element.find("addressbook")
        book = element if book is None else book
        person = (_of(book, "first-name"), _of(book, "middle-name"), _of(book, "last-name"))
        country = _of(book, "address/country") or _of(element, "residence/country")
        yield from party(role, _of(book, "orgname"), person, country)


def _citations(biblio: Element) -> Iterator[Citation]:
    for references in (*biblio.findall("us-references-cited"), *biblio.findall("references-cited")):
        for cited in references.iter("patcit", "nplcit"):
            if local(cited) == "nplcit":
                yield from npl(text(cited.find("othercit")))
                continue
            number = f"{_of(cited, 'document-id/country')} {_of(cited, 'document-id/doc-number')}"
            yield Citation(patent(number, _of(cited, "document-id/kind")), "patent", number)


def _related(biblio: Element) -> Iterator[str]:
    """Give the numbers under which the same application was published before."""
    for element in biblio.findall("us-related-documents/related-publication/document-id"):
        yield patent(f"{_of(element, 'country')} {_of(element, 'doc-number')}", _of(element, "kind"))


def _of(element: Element | None, path: str) -> str:
    return "" if element is None else text(element.find(path))
