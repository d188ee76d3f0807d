"""What reference managers export, whatever the format: fields of one record to one document.

It promises title, abstract and keywords in each of their languages, people, their organisations, day, DOI and
language, and organisations without postcode. It refuses records without a title.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from silobridge.ingest.readers._clean import line, paragraphs, unmark
from silobridge.ingest.readers._countries import country_of_address
from silobridge.ingest.source import excerpt
from silobridge.kg.ids import content_hash, doi
from silobridge.kg.model import Agent, Document, Kind, Origin, Reject, Section

Fields = Mapping[str, Sequence[str]]
"""The values of a record, as written, by the names `document` knows."""

EXPECTED = "a record with a title"

_HAS_CJK = re.compile("[\u3400-\u9fff]")
_POSTCODE = re.compile(r"\b\d{6}\b")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DAY = re.compile(r"((?:1[5-9]|20)\d\d)[-/](\d{1,2})(?:[-/](\d{1,2}))?")
_LEAD = re.compile(r"^(?:abstract|摘\s*要)\s*(?:[:：]|\n|$)\s*", re.IGNORECASE)
_CODE = {"english": "en", "chinese": "zh", "eng": "en", "chi": "zh", "zho": "zh", "中文": "zh", "英文": "en"}


LONGEST = 1 << 22
"""Characters of a record that are held."""


class Held:
    """The fields of a record while its lines come; of one that is too long only the size is kept.

    Parameters
    ----------
    start
        The line it begins at.
    """

    def __init__(self, start: int) -> None:
        self.start = start
        self.size = 0
        self.fields: list[tuple[str, list[str]]] = []

    def add(self, name: str, value: str) -> None:
        """Take a field's first line."""
        if self._fits(value):
            self.fields.append((name, [value]))

    def go_on(self, row: str) -> None:
        """Take another line of the last field."""
        if self._fits(row) and self.fields:
            self.fields[-1][1].append(row)

    def _fits(self, row: str) -> bool:
        self.size += len(row) + 1
        return self.size <= LONGEST

    def reject(self, origin: Origin, found: str, expected: str) -> Reject:
        """Say what is wrong with the record."""
        shown = " ".join(row for _, rows in self.fields[:20] for row in rows[:5])
        if self.size > LONGEST:
            found, expected = f"a record of {self.size:,} characters", f"at most {LONGEST:,}"
        return Reject(origin, found, expected, "correct it, or export the records again", excerpt(shown))


def document(fields: Fields, reader: str, origin: Origin) -> Document | Reject:
    """Make a document of a record.

    Parameters
    ----------
    fields
        Any of type, title, abstract, keywords (each in the record's languages, one after the other), author,
        organisation, publisher, published (the fullest counts), doi, language, licence.
    reader
        The reader's name.
    origin
        Where the record stands.
    """
    titles = [found for value in fields.get("title", ()) if (found := line(unmark(value)))]
    if not titles:
        shown = "; ".join(value for values in fields.values() for value in values)
        return Reject(origin, "no title", EXPECTED, "add it, or leave the record out", excerpt(shown))
    title, *others = dict.fromkeys(titles)
    abstracts = [_abstract(value) for value in fields.get("abstract", ())]
    keywords = ["; ".join(split(value)) for value in fields.get("keywords", ())]
    sections = [Section("title", other) for other in others]
    sections += [Section("abstract", text) for text in dict.fromkeys(abstracts) if text]
    sections += [Section("keywords", text) for text in dict.fromkeys(keywords) if text]
    identifier = next(filter(None, map(doi, fields.get("doi", ()))), "")
    agents = tuple(dict.fromkeys(_agents(fields)))
    stated = line(" ".join(fields.get("language", ())[:1])).lower()
    return Document(
        id=identifier or "file:" + content_hash(title, *(part.text for part in sections))[:16],
        kind=Kind.PATENT if "patent" in " ".join(fields.get("type", ())).lower() else Kind.PAPER,
        title=title,
        sections=tuple(sections),
        origin=origin,
        reader=reader,
        language=_CODE.get(stated, stated if re.fullmatch("[a-z]{2}", stated) else ""),
        published=max(map(_published, fields.get("published", ())), key=len, default=""),
        agents=agents,
        countries=tuple(sorted({agent.country for agent in agents if agent.country})),
        licence=line(" ".join(fields.get("licence", ())[:1])),
    )


def split(value: str) -> list[str]:
    """Part a list by what parts its entries: two semicolons, else one, else commas in Chinese or blanks.

    Examples
    --------
    >>> split("heat pipe;;heat transfer;"), split("谢昕,王小增"), split("Doe, Jane")
    (['heat pipe', 'heat transfer'], ['谢昕', '王小增'], ['Doe, Jane'])
    """
    way = ";;" if ";;" in value else "[;；]"
    if not re.search("[;；]", value) and _HAS_CJK.search(value):
        way = "[,，、]"
    return [found for part in re.split(way, value) if (found := line(unmark(part)).strip(";；"))]


def _given_first(name: str) -> str:
    """Put the given name first.

    Examples
    --------
    >>> _given_first("Gödel, Kurt"), _given_first("Kurt Gödel"), _given_first("谢昕")
    ('Kurt Gödel', 'Kurt Gödel', '谢昕')
    """
    family, _, given = name.partition(",")
    return line(f"{given} {family}")


def _abstract(value: str) -> str:
    return _LEAD.sub("", paragraphs(unmark(value.replace("(#br)", "\n\n"))))


def _published(value: str) -> str:
    day = _DAY.search(value)
    if day and all(
        1 <= int(part or 1) <= most for part, most in zip(day.groups()[1:], (12, 31), strict=True)
    ):
        return "-".join(f"{part:0>2}" for part in day.groups() if part)
    year = _YEAR.search(value)
    return year.group() if year else ""


def _agents(fields: Fields) -> Iterator[Agent]:
    for value in fields.get("author", ()):
        yield from (Agent(_given_first(name), "author") for name in split(value))
    for value in fields.get("organisation", ()):
        for address in split(value):
            if _HAS_CJK.search(address):
                # A Chinese address ends with the place and its postcode.
                name = line(_POSTCODE.sub(" ", address)).partition(" ")[0]
                if len(name) > 3:
                    yield Agent(name, "affiliation", "organisation")
            elif re.search("[A-Za-z]{2}", address):
                yield Agent(address, "affiliation", "organisation", country=country_of_address(address))
    for value in fields.get("publisher", ())[:1]:
        if name := line(unmark(value)):
            yield Agent(name, "publisher", "organisation")
