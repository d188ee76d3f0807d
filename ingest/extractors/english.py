"""English: sentences, terms with their types, abbreviations, and claims.

It promises the same extraction for the same text whatever stands beside it in the batch, in time
bounded by the text's length. It refuses to look at other documents: what only a corpus can tell is
concluded later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from silobridge.ingest.extractors.abbreviations import pairs
from silobridge.ingest.extractors.claims_en import CONFIDENCE, Claim, claims
from silobridge.ingest.extractors.formula import is_formula
from silobridge.ingest.extractors.judge_en import names, specific
from silobridge.ingest.extractors.learned_en import field_of, type_in
from silobridge.ingest.extractors.manner_en import first_of_its_kind
from silobridge.ingest.extractors.parse_en import Parse, Piece, parse_all, pieces
from silobridge.ingest.extractors.quantities import quantities
from silobridge.ingest.extractors.record import Abbreviation, Evidence, Extraction, Item, Mention, Sentence
from silobridge.ingest.extractors.terms_en import Term, terms
from silobridge.ingest.extractors.units_en import joined
from silobridge.ingest.text.sentences import sentences
from silobridge.kg.forms import normal_form

LANGUAGE = "en"
VERSION = "english-10"

_NAMED_KINDS = frozenset({"industry"})
_ENTITIES = {"ORG": "organisation", "GPE": "place", "LOC": "place", "PRODUCT": "product", "PERSON": ""}
"""What the model's labels are here; people are recognised so that their names do not become terms."""


def extract_all(items: Iterable[Item]) -> Iterator[Extraction]:
    """Yield one extraction per item, in order, none depending on its neighbours."""
    waiting: list[tuple[Item, list[Sentence]]] = []
    owners: list[int] = []
    parsed = enumerate(parse_all(_cut(items, waiting, owners)))
    done = 0
    for number, group in groupby(parsed, key=lambda each: owners[each[0]]):
        yield from (_extraction(*empty, []) for empty in waiting[done:number])
        item, found = waiting[number]
        yield _extraction(item, found, [parse for _, parse in group])
        done = number + 1
    yield from (_extraction(*empty, []) for empty in waiting[done:])


def _cut(
    items: Iterable[Item], waiting: list[tuple[Item, list[Sentence]]], owners: list[int]
) -> Iterator[Piece]:
    """Yield the pieces of all items, so that small texts share a batch; note whose each piece is."""
    for number, item in enumerate(items):
        found = sentences(item.text, item.spans)
        waiting.append((item, found))
        for piece in pieces(item.text, found, item.kind in _NAMED_KINDS):
            owners.append(number)
            yield piece


def _extraction(item: Item, found: list[Sentence], parses: list[Parse]) -> Extraction:
    text = item.text
    abbreviations, longs = _abbreviations(text, found)
    mentions: list[Mention] = []
    evidence: list[Evidence] = []
    field = field_of([word for parse in parses for word in parse.lower], item.kind == "patent")
    for tokens in parses:
        parse = joined(tokens)
        if field:
            parse = replace(parse, field=field)
        named = _named(parse, text)
        kept = [term for term in terms(parse, text) if not _overlaps(term, named)]
        made = {term: _mention(parse, text, term, longs) for term in kept}
        mentions.extend(made.values())
        mentions.extend(mention for _, _, mention in named if mention.type)
        evidence.extend(_evidence(text, found, parse, made, claims(parse, kept, item.kind == "patent")))
    mentions.sort(key=lambda mention: (mention.start, -mention.stop))
    return Extraction(
        tuple(found),
        tuple(mentions),
        abbreviations,
        tuple(evidence),
        tuple(quantities(text, found, mentions)),
    )


def _mention(parse: Parse, text: str, term: Term, longs: dict[str, str]) -> Mention:
    start, stop = parse.starts[term.start], parse.stops[term.stop - 1]
    surface = text[start:stop]
    form, how = term.form, term.how
    long = longs.get(surface)
    if long:
        form, how = long, "abbreviation"
    kind = type_in(form, parse.field) or ("material" if not long and is_formula(surface) else "")
    return Mention(parse.sentences[term.start], start, stop, form, surface, kind, how)


def _evidence(
    text: str, found: list[Sentence], parse: Parse, mentions: dict[Term, Mention], stated: Iterable[Claim]
) -> Iterator[Evidence]:
    """Turn claims into rows, each said once per sentence, subject and object never the same concept."""
    seen: set[tuple[int, str, str, str]] = set()
    for claim in stated:
        subject, object_ = mentions[claim.subject], mentions[claim.object]
        key = (subject.sentence, subject.form, claim.predicate, object_.form)
        if subject.form == object_.form or subject.sentence != object_.sentence or key in seen:
            continue
        if subject.start < object_.stop and object_.start < subject.stop:
            continue
        seen.add(key)
        sentence, how = found[subject.sentence], claim.manner
        first, after = how.reason
        why = (parse.starts[first], parse.stops[after - 1]) if first < after else (0, 0)
        yield Evidence(
            subject.sentence, sentence.start, sentence.stop, subject.form, subject.start, subject.stop,
            claim.predicate, object_.form, object_.start, object_.stop,
            "negated" if how.negated else "affirmed", how.hedged, CONFIDENCE[claim.predicate], claim.rule,
            how.modality, first_of_its_kind(text[sentence.start : sentence.stop]), how.failure, *why,
        )  # fmt: skip


def _named(parse: Parse, text: str) -> list[tuple[int, int, Mention]]:
    """Give the organisations, places and products the model names, as mentions with their tokens."""
    found = []
    for first, after, label in parse.entities:
        kind = _ENTITIES.get(label)
        if kind is None:
            continue
        while first < after and (parse.lower[first] in ("the", "our", "its") or parse.words[first].isspace()):
            first += 1
        while first < after and not parse.words[after - 1][-1].isalnum() and parse.words[after - 1] != ".":
            after -= 1
        if first >= after or any(parse.noise[first:after]):
            continue
        start, stop = parse.starts[first], parse.stops[after - 1]
        surface = text[start:stop]
        form = normal_form(surface)
        if names(form) and parse.sentences[first] == parse.sentences[after - 1]:
            found.append(
                (first, after, Mention(parse.sentences[first], start, stop, form, surface, kind, "ner"))
            )
    return found


def _overlaps(term: Term, named: list[tuple[int, int, Mention]]) -> bool:
    return any(term.start < after and first < term.stop for first, after, _ in named)


def _abbreviations(text: str, found: list[Sentence]) -> tuple[tuple[Abbreviation, ...], dict[str, str]]:
    rows: list[Abbreviation] = []
    longs: dict[str, str] = {}
    for number, sentence in enumerate(found):
        for pair in pairs(text, sentence.start, sentence.stop):
            short = text[pair.short_start : pair.short_stop]
            long = text[pair.long_start : pair.long_stop]
            form = normal_form(long)
            rows.append(Abbreviation(number, short, long, pair.how))
            if specific(form):
                longs.setdefault(short, form)
                longs.setdefault(short + "s", form)
    return tuple(rows), longs
