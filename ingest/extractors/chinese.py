"""Chinese: sentences, terms with their types, names given in two languages, and claims by pattern.

It promises the same extraction for the same text whatever stands beside it, with exact offsets, in
time proportional to the text. It refuses syntax it cannot see: there is no parser, so a claim needs
its words in one clause.
"""

import re
from collections.abc import Iterable, Iterator

from silobridge.ingest.extractors.chinese_claims import Claim, claims
from silobridge.ingest.extractors.chinese_lexicon import simplified, type_of
from silobridge.ingest.extractors.chinese_terms import Naming, Term, namings, terms, tokens
from silobridge.ingest.extractors.quantities import quantities
from silobridge.ingest.extractors.record import Abbreviation, Evidence, Extraction, Item, Mention, Sentence
from silobridge.kg.forms import normal_form
from silobridge.kg.model import Span

LANGUAGE = "zh"
VERSION = "chinese-3"

# In many Chinese journals an ASCII full stop or semicolon ends the sentence.
_END = re.compile(r"[。！？!?；;\n]+[”’」』)）]*|(?<=[\u4e00-\u9fff)）])\.(?=[\s\u4e00-\u9fff]|\Z)")


def extract_all(items: Iterable[Item]) -> Iterator[Extraction]:
    """Yield one extraction per item, in order, none depending on its neighbours."""
    for item in items:
        yield _extraction(item)


def sentences(text: str, spans: Iterable[Span]) -> list[Sentence]:
    r"""Cut each part of a text into sentences, without the space around them.

    Examples
    --------
    >>> text = "标题\n\n电池很重要。它不贵."
    >>> spans = [Span("title", "", 0, 2), Span("abstract", "", 4, 14)]
    >>> [text[s.start:s.stop] for s in sentences(text, spans)]
    ['标题', '电池很重要。', '它不贵.']
    """
    found = []
    for span in spans:
        begin = span.start
        ends = [match.end() for match in _END.finditer(text, span.start, span.stop)]
        for end in [*ends, span.stop]:
            piece = text[begin:end]
            left = len(piece) - len(piece.lstrip())
            kept = piece.strip()
            if any(character.isalnum() for character in kept):
                found.append(Sentence(begin + left, begin + left + len(kept)))
            begin = end
    return found


def _extraction(item: Item) -> Extraction:
    # The words are looked up in simplified characters; what is stored is what the text says.
    text, written = simplified(item.text), item.text
    found = sentences(text, item.spans)
    said = [list(terms(tokens(text, sentence.start, sentence.stop))) for sentence in found]
    named = [
        list(namings(text, sentence.start, sentence.stop, some))
        for sentence, some in zip(found, said, strict=True)
    ]
    rows, longs = _abbreviations(written, named)
    mentions: list[Mention] = []
    evidence: list[Evidence] = []
    for number, (sentence, some) in enumerate(zip(found, said, strict=True)):
        whole = [_expanded(text, term, longs) for term in _with_names(text, some, named[number])]
        mentions.extend(
            Mention(number, t.start, t.stop, t.form, written[t.start : t.stop], t.type, t.how) for t in whole
        )
        stated = claims(text, sentence.start, sentence.stop, whole)
        evidence.extend(_evidence(number, sentence, stated))
    measured = tuple(quantities(written, found, mentions))
    return Extraction(tuple(found), tuple(mentions), rows, tuple(evidence), measured)


def _abbreviations(text: str, named: list[list[Naming]]) -> tuple[tuple[Abbreviation, ...], dict[str, str]]:
    rows: list[Abbreviation] = []
    longs: dict[str, str] = {}
    for number, some in enumerate(named):
        for name in some:
            chinese = text[name.start : name.stop]
            if name.english:
                rows.append(Abbreviation(number, name.english, chinese, "translation"))
            if name.short:
                rows.append(Abbreviation(number, name.short, name.english or chinese, "bracket"))
                longs.setdefault(name.short, normal_form(chinese, "zh"))
    return tuple(rows), longs


def _with_names(text: str, some: list[Term], named: list[Naming]) -> list[Term]:
    """Put each name given in two languages in as two terms, whole, in place of its words."""
    added: list[Term] = []
    for name in named:
        if name.english:
            chinese = normal_form(text[name.start : name.stop], "zh")
            added.append(Term(name.start, name.stop, chinese, type_of(chinese), "sequence"))
            form, stop = normal_form(name.english, "en"), name.english_start + len(name.english)
            added.append(Term(name.english_start, stop, form, type_of(chinese), "keyword"))
    if not added:
        return some
    kept = [t for t in some if not any(t.start < e.stop and e.start < t.stop for e in added)]
    return sorted(kept + added, key=lambda term: (term.start, -term.stop))


def _expanded(text: str, term: Term, longs: dict[str, str]) -> Term:
    long = longs.get(text[term.start : term.stop]) if longs else None
    return term._replace(form=long, type=type_of(long), how="abbreviation") if long else term


def _evidence(number: int, sentence: Sentence, stated: Iterable[Claim]) -> Iterator[Evidence]:
    seen: set[tuple[str, str, str]] = set()
    for claim in stated:
        subject, object_ = claim.subject, claim.object
        key = subject.form, claim.predicate, object_.form
        if key in seen or subject.form == object_.form:
            continue
        seen.add(key)
        polarity = "negated" if claim.negated else "affirmed"
        yield Evidence(
            number, sentence.start, sentence.stop, subject.form, subject.start, subject.stop, claim.predicate,
            object_.form, object_.start, object_.stop, polarity, claim.hedged, claim.confidence, claim.rule,
            claim.modality, claim.novel, claim.failure, *claim.reason,
        )  # fmt: skip
