"""Reports as Markdown, for a terminal, an issue or a notebook.

It promises that no text of a document changes the page: its marks are escaped, its line breaks folded.
It refuses HTML.
"""

import re
from collections.abc import Mapping, Sequence

from silobridge.queries.bridges.dossier import Dossier
from silobridge.queries.bridges.record import MEANING, Bridge, Bridges
from silobridge.queries.evidence import Quote
from silobridge.queries.paths import Paths
from silobridge.queries.report import words
from silobridge.queries.report.html import Told
from silobridge.queries.silos import Silos

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def plain(text: str) -> str:
    r"""Escape what Markdown would read as markup, and fold line breaks.

    Examples
    --------
    >>> plain("a *b*\n<c>")
    'a \\*b\\* \\<c\\>'
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def bridges(
    answer: Bridges, told: Told, dossiers: Mapping[str, Dossier] = {}, said: Mapping[str, str] = {}
) -> str:
    """Write bridges with their sentences and what belongs beside them."""
    kinds = sorted({bridge.kind for bridge in answer.bridges})
    lines = [f"# {plain(answer.title)}", ""]
    lines += [f"{kind.capitalize()}: {MEANING[kind]}." for kind in kinds]
    lines += [
        words.counted(answer),
        *map(plain, answer.notes),
        "",
    ]
    for place, bridge in enumerate(answer.bridges, 1):
        beside = words.beside(bridge, dossiers.get(bridge.id), said.get(bridge.id, ""))
        lines += _bridge(place, bridge, told.get(bridge.id, ()), beside)
    limits = (words.PREDICTED_LIMITS if "predicted" in kinds else "") + words.BRIDGE_LIMITS
    return "\n".join([*lines, f"**Limits.** {limits}", ""])


def _bridge(
    place: int, bridge: Bridge, told: Sequence[tuple[str, Quote]], beside: Sequence[str]
) -> list[str]:
    ends = f"{words.named(bridge.source_domain)} → {words.named(bridge.target_domain)}"
    lines = [
        f"## {place}. {plain(words.headline(bridge))}",
        "",
        plain(ends),
        "",
        plain(words.measure(bridge)),
        "",
    ]
    if bridge.variants:
        lines += [f"Also written: {plain(', '.join(bridge.variants))}.", ""]
    if bridge.intermediates:
        lines += [f"Through: {plain(', '.join(term.label for term in bridge.intermediates))}.", ""]
    for line in beside:
        lines += [f"- {plain(line)}"]
    lines += [""] if beside else []
    for shows, quote in told:
        lines += quoted(shows, quote)
    return lines


def quoted(shows: str, quote: Quote) -> list[str]:
    """Write a sentence with its terms in bold."""
    parts: list[str] = []
    at = 0
    for span in quote.spans:
        parts += [
            plain_inside(quote.text[at : span.start]),
            f"**{plain(quote.text[span.start : span.stop])}**",
        ]
        at = span.stop
    parts.append(plain_inside(quote.text[at:]))
    head = f"{shows}: " if shows else ""
    stance = words.stance(quote)
    tail = f" ({stance})" if stance else ""
    return [f"> {''.join(parts)}", ">", f"> {plain(head + words.source(quote) + tail)}", ""]


def plain_inside(text: str) -> str:
    """Escape a stretch of a sentence, keeping the blanks at its ends."""
    return _MARKS.sub(r"\\\1", re.sub(r"\s+", " ", text))


def silos(answer: Silos, said: Mapping[str, str] = {}) -> str:
    """Write silos with the concepts that could meet."""
    lines = [f"# {plain(answer.title)}", ""]
    lines += [f"Size and closeness explain {answer.explained:.0%} of how links are spread over the pairs."]
    lines += [*map(plain, answer.notes), ""]
    if not answer.silos:
        lines += ["No pair falls short.", ""]
    for place, silo in enumerate(answer.silos, 1):
        ends = f"{words.named(silo.source)} | {words.named(silo.target)}"
        lines += [f"## {place}. {plain(ends)} ({silo.verdict})", "", plain(words.gap(silo)), ""]
        lines += [f"- {plain(line)}" for line in words.around(silo, said.get(silo.id, ""))]
        lines += [
            f"- {plain(u.label)} — {plain(v.label)}: close, never used together" for u, v in silo.nearest
        ]
        lines += [""] if silo.nearest else []
    return "\n".join([*lines, f"**Limits.** {words.SILO_LIMITS}", ""])


def paths(answer: Paths, said: Mapping[str, str] = {}) -> str:
    """Write evidence paths with the sentences of each hop."""
    lines = [f"# {plain(answer.title)}", "", *map(plain, answer.notes), ""]
    for place, path in enumerate(answer.paths, 1):
        ends = [path.hops[0].source, *(hop.target for hop in path.hops)]
        lines += [f"## {place}. {plain(' → '.join(end.label for end in ends))}", ""]
        lines += [f"Reviewers: {plain(said[path.id])}.", ""] if path.id in said else []
        for hop in path.hops:
            lines += [f"**{plain(hop.source.label)} → {plain(hop.target.label)}**: {words.step(hop)}", ""]
            for quote in hop.quotes:
                lines += quoted("", quote)
    return "\n".join([*lines, f"**Limits.** {words.PATH_LIMITS}", ""])
