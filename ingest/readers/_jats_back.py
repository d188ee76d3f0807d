"""Who wrote a JATS article, under which licence, and what it refers to.

It promises ORCIDs, countries and reference identifiers where the markup gives them, and the reference's
text where it gives none. It refuses to tell a country from anything but the affiliation's end or its own
country element.
"""

import re
from collections.abc import Iterator

from silobridge.ingest.readers._countries import country, country_of_address
from silobridge.ingest.readers._xml import Element, local, text
from silobridge.kg.ids import doi
from silobridge.kg.model import Agent, Citation

_HREF = "{http://www.w3.org/1999/xlink}href"
_LICENCE = re.compile(r"https?://creativecommons\.org/[^\s)<>]+[^\s)<>.,]")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_AFFILIATION_SKIP = frozenset({"label", "sup", "institution-id", "email", "xref-bibr", "xref-fn", "xref-aff"})


def agents(meta: Element) -> Iterator[Agent]:
    """Yield the authors with their countries, then the places they work at."""
    places = {e.get("id", ""): _place(e) for e in meta.iter("{*}aff")}
    for contributor in meta.iterfind("{*}contrib-group/{*}contrib"):
        if contributor.get("contrib-type", "author") != "author":
            continue
        name = _name(contributor)
        code = _ORCID.search(" ".join(text(e) for e in contributor.findall("{*}contrib-id")))
        links = [e.get("rid", "") for e in contributor.findall("{*}xref") if e.get("ref-type") == "aff"]
        inner = [_place(e) for e in contributor.findall("{*}aff")]
        at = [places[rid] for link in links for rid in link.split() if rid in places] + inner
        if not at and len(places) == 1:
            at = list(places.values())
        where = next((agent.country for agent in at if agent.country), "")
        if name:
            yield Agent(name, "author", id=f"orcid:{code.group()}" if code else "", country=where)
        elif together := text(contributor.find("{*}collab")):
            yield Agent(together, "author", "organisation", country=where)
    yield from (place for place in places.values() if place.name)
    for source in meta.iter("{*}funding-source"):
        if name := text(source, frozenset({"institution-id"})):
            yield Agent(name, "funder", "organisation")


def licence(meta: Element) -> str:
    """Give the address of the licence, else its first words."""
    for element in meta.iterfind("{*}permissions/{*}license"):
        stated = element.get(_HREF) or next(
            (e.get(_HREF) for e in element.iter("{*}ext-link") if e.get(_HREF)), ""
        )
        words = text(element)
        found = _LICENCE.search(f"{stated} {words}")
        return found.group() if found else (stated or words[:200])
    return ""


def references(article: Element) -> Iterator[Citation]:
    """Yield what the article's list of references holds, by DOI, else PMID, else text."""
    for reference in article.iterfind("{*}back//{*}ref-list//{*}ref"):
        for cited in reference:
            if local(cited) in {"mixed-citation", "element-citation", "citation", "nlm-citation"}:
                found = {e.get("pub-id-type", ""): text(e) for e in cited.iter("{*}pub-id")}
                links = " ".join(e.get(_HREF) or "" for e in cited.iter("{*}ext-link"))
                target = doi(found.get("doi", "")) or doi(links)
                pmid = found.get("pmid", "")
                yield Citation(target or (f"pmid:{pmid}" if pmid.isdigit() else ""), "paper", _shown(cited))


def _shown(cited: Element) -> str:
    if local(cited) == "mixed-citation" and cited.find("{*}article-title") is None:
        return text(cited, frozenset({"pub-id"}))
    people = ", ".join(_name(e) for e in cited.iter("{*}name", "{*}string-name"))
    parts = [text(cited.find(f".//{{*}}{name}")) for name in ("article-title", "source", "year")]
    shown = " ".join(part if part[-1] in ".?!" else f"{part}." for part in (people, *parts) if part)
    return shown or text(cited)


def _name(element: Element) -> str:
    found = element if local(element) in {"name", "string-name"} else element.find("{*}name")
    if found is None:
        found = element.find(".//{*}name")
    if found is None:
        return text(element.find(".//{*}string-name"))
    given, family = text(found.find("{*}given-names")), text(found.find("{*}surname"))
    return f"{given} {family}".strip() or text(found)


def _place(affiliation: Element) -> Agent:
    stated = affiliation.find(".//{*}country")
    whole = text(affiliation, _AFFILIATION_SKIP)
    names = [text(e) for e in affiliation.findall(".//{*}institution")]
    name = ", ".join(part.strip(" ,;") for part in names if part.strip(" ,;")) or whole.strip(" ,;.")
    code = country(stated.get("country") or text(stated)) if stated is not None else ""
    ror = next((text(e) for e in affiliation.iter("{*}institution-id") if "ror.org/" in text(e)), "")
    identifier = f"ror:{ror.rpartition('/')[2]}" if ror else ""
    return Agent(name, "affiliation", "organisation", identifier, code or country_of_address(whole))
