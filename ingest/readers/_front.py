"""What the head of a Markdown file says of it: front matter between two lines of dashes.

It promises the few fields that a document has, read as `name: value` lines, lists parted by commas or
in brackets. It refuses YAML beyond that: no nesting, no anchors, no types.
"""

import re
from dataclasses import dataclass, field

from silobridge.ingest.readers._clean import line
from silobridge.kg.model import Agent, Classification, Kind

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_]{1,40})[ \t]*:[ \t]*(.{1,2000}?)[ \t]*$", re.MULTILINE)
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Front:
    """The fields of a file's front matter, by lower-case name."""

    fields: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The stated title, or an empty string."""
        return line(self.fields.get("title", ""))

    @property
    def published(self) -> str:
        """The stated date, or an empty string."""
        match = _DATE.match(self.fields.get("date", ""))
        return match.group() if match else ""

    @property
    def language(self) -> str:
        """The stated language code, or an empty string."""
        stated = self.fields.get("language", self.fields.get("lang", "")).lower()
        return stated if _LANGUAGE.fullmatch(stated) else ""

    @property
    def licence(self) -> str:
        """The stated licence, or an empty string."""
        return self.fields.get("licence", self.fields.get("license", ""))

    @property
    def countries(self) -> tuple[str, ...]:
        """The stated countries, ISO 3166 alpha-2."""
        return tuple(code for code in _listed(self.fields.get("country", "")) if _COUNTRY.fullmatch(code))

    @property
    def classifications(self) -> tuple[Classification, ...]:
        """The stated domains, as ``scheme:code``."""
        stated = self.fields.get("classifications", self.fields.get("domains", ""))
        return tuple(
            Classification(code, reason="stated in the file's front matter")
            for code in _listed(stated)
            if ":" in code
        )

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The stated organisation and authors."""
        country = self.countries[0] if self.countries else ""
        firms = [
            Agent(name, "publisher", "organisation", "", country)
            for name in _listed(self.fields.get("organisation", ""))
        ]
        people = [
            Agent(name, "author")
            for name in _listed(self.fields.get("author", self.fields.get("authors", "")))
        ]
        return (*firms, *people)

    def kind(self, otherwise: Kind) -> Kind:
        """Return the stated kind of document, or another where none or an unknown one is stated."""
        stated = self.fields.get("kind", "").lower()
        return Kind(stated) if stated in set(Kind) else otherwise


def front(text: str) -> tuple[Front, str]:
    """Part a text into its front matter and the rest.

    Examples
    --------
    >>> stated, rest = front('''---
    ... title: "Heat pipes"
    ... classifications: [sic:3585, nace:C28]
    ... ---
    ... Text.''')
    >>> stated.title, [c.domain for c in stated.classifications], rest
    ('Heat pipes', ['sic:3585', 'nace:C28'], 'Text.')
    """
    match = _FRONT.match(text)
    if not match:
        return Front(), text
    fields = {name.lower(): value.strip("\"'") for name, value in _FIELD.findall(match.group(1))}
    return Front(fields), text[match.end() :]


def _listed(value: str) -> list[str]:
    return [part.strip(" \"'") for part in value.strip("[]").split(",") if part.strip(" \"'")]
