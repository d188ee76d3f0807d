"""The office's two older forms: grants in format 2.5 (2001 to 2004) and applications in 1.x.

It promises the same draft of a patent that the current form gives. It refuses nothing of its own.
"""

from collections.abc import Iterator

from silobridge.ingest.readers._codes import ipc7
from silobridge.ingest.readers._patent import Patent, npl, party, prose_sections
from silobridge.ingest.readers._xml import Element, date, local, prose, text
from silobridge.kg.ids import patent
from silobridge.kg.model import Agent, Citation, Section

ROOTS = frozenset({"PATDOC", "patent-application-publication"})

_GRANT_BLOCKS = frozenset({"PARA", "CLM", "CLMSTEP"})
_GRANT_SKIP = frozenset({"CWU", "EMI", "H"})
_APPLICATION_BLOCKS = frozenset({"paragraph", "claim", "claim-text"})
_APPLICATION_SKIP = frozenset({"table-cwu", "math-cwu", "chemistry-cwu", "number", "heading", "image"})


def patent_of(root: Element, name: str) -> Patent:
    """Give the draft that a root element of either form holds."""
    return _grant(root) if name == "PATDOC" else _application(root)


def _grant(root: Element) -> Patent:
    return Patent(
        country=_of(root, "SDOBI/B100/B190"),
        number=_of(root, "SDOBI/B100/B110"),
        kind=_of(root, "SDOBI/B100/B130"),
        published=date(_of(root, "SDOBI/B100/B140/DATE")),
        title=_of(root, "SDOBI/B500/B540"),
        language="en",
        sections=tuple(_grant_sections(root)),
        ipc=tuple(ipc7(text(e)) for e in root.findall("SDOBI/B500/B510/*")),
        agents=tuple(_grant_agents(root)),
        citations=tuple(_grant_citations(root)),
    )


def _grant_sections(root: Element) -> Iterator[Section]:
    yield Section("abstract", prose(root.find("SDOAB"), _GRANT_BLOCKS, _GRANT_SKIP))
    yield Section("claims", prose(root.find("SDOCL"), _GRANT_BLOCKS, _GRANT_SKIP))
    description = root.find("SDODE")
    if description is not None:
        yield from prose_sections(description, frozenset({"H"}), frozenset({"PARA"}), _GRANT_SKIP - {"H"})


def _grant_agents(root: Element) -> Iterator[Agent]:
    for role, path in (("inventor", "B720/B721"), ("assignee", "B730/B731")):
        for element in root.findall(f"SDOBI/B700/{path}/PARTY-US"):
            country = _of(element, "ADR/CTRY") or ("US" if _of(element, "ADR/STATE") else "")
            person = (_of(element, "NAM/FNM"), _of(element, "NAM/SNM"))
            yield from party(role, _of(element, "NAM/ONM"), person, country)


def _grant_citations(root: Element) -> Iterator[Citation]:
    for cited in root.findall("SDOBI/B500/B560/B561/PCIT"):
        number = f"{_of(cited, 'DOC/CTRY') or 'US'} {_of(cited, 'DOC/DNUM')}"
        yield Citation(patent(number, _of(cited, "DOC/KIND")), "patent", number)
    for cited in root.findall("SDOBI/B500/B560/B562/NCIT"):
        yield from npl(text(cited))


def _application(root: Element) -> Patent:
    about = root.find("subdoc-bibliographic-information")
    technical = "technical-information"
    return Patent(
        country="US",
        number=_of(about, "document-id/doc-number"),
        kind=_of(about, "document-id/kind-code"),
        published=date(_of(about, "document-id/document-date")),
        title=_of(about, f"{technical}/title-of-invention"),
        language="en",
        sections=tuple(_application_sections(root)),
        ipc=tuple(text(e) for e in about.findall(f"{technical}//ipc")) if about is not None else (),
        agents=tuple(_application_agents(about)) if about is not None else (),
    )


def _application_sections(root: Element) -> Iterator[Section]:
    yield Section("abstract", prose(root.find("subdoc-abstract"), _APPLICATION_BLOCKS, _APPLICATION_SKIP))
    yield Section("claims", prose(root.find("subdoc-claims"), frozenset({"claim"}), _APPLICATION_SKIP))
    description = root.find("subdoc-description")
    if description is not None:
        skip = _APPLICATION_SKIP - {"heading"}
        yield from prose_sections(description, frozenset({"heading"}), frozenset({"paragraph"}), skip)


def _application_agents(about: Element) -> Iterator[Agent]:
    for element in about.findall("inventors/*"):
        if local(element) in {"first-named-inventor", "inventor"}:
            person = tuple(_of(element, f"name/{part}-name") for part in ("given", "middle", "family"))
            country = _of(element, "residence//country-code") or _of(element, "address/country/country-code")
            yield from party("inventor", "", person, country)
    for element in about.findall("assignee"):
        name = _of(element, "organization-name")
        yield from party("assignee", name, (), _of(element, "address/country/country-code"))


def _of(element: Element | None, path: str) -> str:
    return "" if element is None else text(element.find(path))
