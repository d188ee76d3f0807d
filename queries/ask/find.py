"""Finding what a question names: identifiers, domains, organisations and concepts, by exact name.

It promises the longest name first, read off the graph itself. It refuses spellings that are merely
near: those are `typos`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from silobridge.kg.forms import normal_form
from silobridge.kg.mapping.graph import PREDICATES
from silobridge.kg.spelling import listed
from silobridge.kg.taxonomy import taxonomy
from silobridge.queries.ask.record import Found
from silobridge.queries.ask.tables import cue_words, domain_names, filler, language

if TYPE_CHECKING:
    import duckdb

WORD = re.compile(r"[A-Za-z0-9][\w'’.]*(?<![.'’])")
HAN = re.compile(r"[\u3400-\u9fff]+")
LONGEST = 7
"""Words in a name, at most."""

_CURIE = re.compile(r"(?<![\w/])[a-z][a-z-]*:[^\s,，。？?;；]*[\w)]")
_PREDICATE = re.compile(rf"(?:kind|type|sort|predicate|谓词|类型)\W+({'|'.join(PREDICATES)})\b", re.I)
_SECTOR = re.compile(
    r"\s*(?:industry|industries|sector|sectors|business)\b|(?:制造业|行业|产业|工业|业)", re.I
)
_TRADE = re.compile(
    r"\s*(?:makers?|manufacturers?|firms?|compan(?:y|ies)|producers?)\b|(?:企业|公司|厂商)", re.I
)
_GENERIC = listed(
    "department institute institut school centre center faculty laboratory division university college group"
    " clinic federal national observatory society association academy unit office the"
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Give every stretch of words that could be a name: runs of Latin words, and pieces of Chinese runs."""
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    for first, (start, _) in enumerate(words):
        for last in range(first, min(first + LONGEST, len(words))):
            between = text[words[last - 1][1] : words[last][0]] if last > first else ""
            if between.strip(" -‐‑–") or HAN.search(between):
                break
            yield start, words[last][1]
    for run in HAN.finditer(text):
        for start in range(run.start(), run.end()):
            for stop in range(start + 2, min(start + 16, run.end()) + 1):
                yield start, stop


def find_identifiers(connection: "duckdb.DuckDBPyConnection", text: str) -> list[Found]:
    """Find identifiers of documents and domains, and the name of a predicate after 'kind'."""
    found = []
    for match in _CURIE.finditer(text):
        curie = match.group()
        domain = taxonomy().domain(curie)
        if domain:
            found.append(Found(match.start(), match.end(), "D", domain.id, domain.label, layer=domain.layer))
        elif connection.execute(
            "SELECT 1 FROM document d LEFT JOIN identifier i USING (doc) WHERE d.id = ? OR i.id = ? LIMIT 1",
            [curie, curie],
        ).fetchall():
            found.append(Found(match.start(), match.end(), "X", curie, curie))
    for match in _PREDICATE.finditer(text):
        found.append(Found(*match.span(), "R", match.group(1).lower(), match.group(1).lower()))
    return found


def find_domains(text: str) -> list[Found]:
    """Find domains by their names in either language; an industry's short name needs a word like 'industry'."""
    names, found = domain_names(), []
    for start, stop in spans(text):
        form = normal_form(text[start:stop], language(text[start:stop]))
        sector, trade = _SECTOR.match(text, stop), _TRADE.match(text, stop)
        if ("industry", form) in names and (sector or trade):
            end = sector.end() if sector else stop
            found.append(_domain(start, end, names["industry", form]))
        elif ("plain", form) in names and text[start:stop].casefold() not in cue_words():
            found.append(_domain(start, stop, names["plain", form]))
    return found


def _domain(start: int, stop: int, identifiers: Sequence[str]) -> Found:
    chosen = taxonomy().domain(identifiers[0])
    assert chosen is not None
    also = ", ".join(identifiers[1:4])
    note = f"“{chosen.label}” was taken as {chosen.id}; it is also {also}" if also else ""
    return Found(start, stop, "D", chosen.id, chosen.label, note, chosen.layer)


def find_organisations(connection: "duckdb.DuckDBPyConnection", text: str) -> list[Found]:
    """Find organisations by the beginning of their name: two words, four Chinese characters, or one rare word."""
    written = {text[a:b] for a, b in spans(text) if _could_be_organisation(text[a:b])}
    if not written:
        return []
    rows = connection.execute(
        """
        SELECT w, count(DISTINCT name) FROM (SELECT DISTINCT name FROM contribution
             WHERE split_part(agent, ':', 1) NOT IN ('orcid', 'person') AND sort = 'organisation')
        JOIN (SELECT unnest(string_split(?, chr(31))) AS w) ON starts_with(lower(name), lower(w)) GROUP BY w""",
        [_listed(written)],
    ).fetchall()
    known: Mapping[str, int] = dict(rows)
    found = []
    for start, stop in spans(text):
        name = text[start:stop]
        if name in known and (" " in name or HAN.search(name) or known[name] == 1):
            note = (
                f"{known[name]} organisations are called “{name}…”: all are counted"
                if known[name] > 1
                else ""
            )
            found.append(Found(start, stop, "O", name, name, note))
    return found


def _could_be_organisation(name: str) -> bool:
    if HAN.search(name):
        return len(name) >= 4
    first = name.split()[0]
    return (
        name[0].isupper()
        and len(name) >= 6
        and (" " in name or first.casefold() not in _GENERIC | cue_words())
    )


def find_concepts(connection: "duckdb.DuckDBPyConnection", text: str) -> list[Found]:
    """Find concepts by the normal form of any of their names; filler and cue words alone name none."""
    forms: dict[str, list[tuple[int, int]]] = {}
    for start, stop in spans(text):
        piece = text[start:stop]
        if piece.casefold() in filler()[0] or piece.casefold() in cue_words():
            continue
        for form in {normal_form(piece, language(piece)), normal_form(piece)}:
            forms.setdefault(form, []).append((start, stop))
    return [
        Found(start, stop, "C", target, target)
        for form, target in known_forms(connection, forms).items()
        for start, stop in forms[form]
    ]


def known_forms(connection: "duckdb.DuckDBPyConnection", forms: Iterable[str]) -> dict[str, str]:
    """Give the concept of each form that the graph holds: two documents use it, or a claim names it."""
    rows = connection.execute(
        """
        WITH asked AS (SELECT f AS form, coalesce(a.target, f) AS target
                       FROM (SELECT unnest(string_split(?, chr(31))) AS f) LEFT JOIN alias a ON a.form = f),
        used AS (SELECT form FROM usage WHERE form IN (SELECT target FROM asked) GROUP BY form HAVING count(*) >= 2),
        stated AS (SELECT subject AS form FROM statement WHERE subject IN (SELECT target FROM asked)
                   UNION SELECT object FROM statement WHERE object IN (SELECT target FROM asked))
        SELECT form, target FROM asked WHERE target IN (SELECT form FROM used UNION SELECT form FROM stated)
        ORDER BY form""",
        [_listed(forms)],
    ).fetchall()
    return dict(rows)


def find_rare(connection: "duckdb.DuckDBPyConnection", text: str) -> list[str]:
    """Give names in a text that one document uses and no claim names: too rare to be a concept of the graph."""
    pieces = [text[start:stop] for start, stop in spans(text)]
    forms = {
        normal_form(one, language(one)): one
        for one in pieces
        if one.casefold() not in filler()[0] | cue_words()
    }
    rows = connection.execute(
        """
        SELECT f FROM (SELECT unnest(string_split(?, chr(31))) AS f)
        WHERE f IN (SELECT form FROM usage GROUP BY form HAVING count(*) = 1) ORDER BY length(f) DESC, f LIMIT 3""",
        [_listed(forms)],
    ).fetchall()
    return [forms[row[0]] for row in rows]


def _listed(values: Iterable[str]) -> str:
    """Join values for DuckDB to split: given a Python list, it would import pandas where that is installed."""
    return "\x1f".join(sorted(set(values)))


def longest(found: Iterable[Found]) -> list[Found]:
    """Keep the longest of those that overlap: identifiers, then domains, organisations, concepts where equal."""
    order = {"X": 0, "R": 0, "Y": 0, "D": 1, "O": 2, "C": 3}
    kept: list[Found] = []
    for one in sorted(
        found, key=lambda f: (f.slot not in "XRY", f.start - f.stop, order[f.slot], f.start, f.value)
    ):
        if all(one.stop <= other.start or other.stop <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
