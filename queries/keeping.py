"""From an answer to the findings that are kept under a name.

It promises numbers rounded to nine digits, links to what a finding is about and rests on, and no sentence: those
are pointed at. It refuses to keep what has no identifier.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from silobridge.kg.ledger.findings import Finding, Link, Saved
from silobridge.queries.bridges.dossier import Dossier
from silobridge.queries.bridges.nodes import NodeBridge, NodeBridges
from silobridge.queries.bridges.record import Bridge, Bridges
from silobridge.queries.evidence import Quote
from silobridge.queries.report.words import headline
from silobridge.queries.silos import Silo, Silos

NULLS = {
    "concept": "a hypergeometric draw of each side's documents from its layer; the weaker side counts",
    "link": "documents drawn with chances proportional to frequency and length (Chung-Lu), Poisson tail",
    "predicted": "rewired graphs in which every concept keeps its degree into every domain",
    "node": "neighbours drawn at the rates of the home domain (multinomial)",
    "silo": "negative binomial of links on size, closeness and links elsewhere; spread of pairs as close",
}
"""What chance is taken to be, by kind."""

Told = Mapping[str, Sequence[tuple[str, Quote]]]


def keep_bridges(
    name: str, answer: Bridges, told: Told, dossiers: Mapping[str, Dossier], asked: Mapping[str, Any]
) -> tuple[Saved, tuple[Finding, ...]]:
    """Turn bridges with their sentences and dossiers into findings to be kept."""
    kinds = sorted({bridge.kind for bridge in answer.bridges})
    nulls = "; ".join(f"{kind}: {NULLS[kind]}" for kind in kinds)
    saved = Saved(name, "bridges", answer.title, _json(asked), nulls, answer.tested)
    return saved, tuple(_bridge(one, told.get(one.id, ()), dossiers.get(one.id)) for one in answer.bridges)


def keep_nodes(name: str, answer: NodeBridges, asked: Mapping[str, Any]) -> tuple[Saved, tuple[Finding, ...]]:
    """Turn node bridges into findings to be kept."""
    saved = Saved(name, "bridges", answer.title, _json(asked), f"node: {NULLS['node']}", answer.tested)
    return saved, tuple(_node(one) for one in answer.bridges)


def keep_silos(name: str, answer: Silos, asked: Mapping[str, Any]) -> tuple[Saved, tuple[Finding, ...]]:
    """Turn silos into findings to be kept."""
    saved = Saved(name, "silos", answer.title, _json(asked), NULLS["silo"], answer.tested)
    return saved, tuple(_silo(one) for one in answer.silos)


def _bridge(one: Bridge, told: Sequence[tuple[str, Quote]], dossier: Dossier | None) -> Finding:
    links = [
        Link("concept", "source", one.source.form), Link("concept", "target", one.target.form),
        *(Link("concept", "between", between.form) for between in one.intermediates),
        Link("domain", "source", one.source_domain.id), Link("domain", "target", one.target_domain.id),
        *(Link("document", "quoted", quote.document, quote.start, quote.stop) for _, quote in told),
    ]  # fmt: skip
    if dossier:
        links += [Link("document", "against", document) for document in dossier.said.documents]
        links += [Link("evidence", "against", evidence) for evidence in dossier.said.ids]
    record = {"bridge": asdict(one), "dossier": asdict(dossier) if dossier else None}
    numbers = (one.observed, one.expected, one.lift, one.low, one.high, one.p, one.q, one.probability)
    return _finding((one.id, one.kind, headline(one)), numbers, one.score, record, links)


def _node(one: NodeBridge) -> Finding:
    links = [
        Link("concept", "source", one.concept.form),
        Link("domain", "source", one.home.id),
        *(Link("domain", "reached", reached.domain.id) for reached in one.reached[:10]),
    ]
    numbers = (one.participation, one.expected, None, None, None, one.p, one.q, None)
    return _finding((one.id, "node", one.concept.label), numbers, one.z, asdict(one), links)


def _silo(one: Silo) -> Finding:
    links = [
        Link("domain", "source", one.source.id),
        Link("domain", "target", one.target.id),
        *(Link("concept", "between", term.form) for pair in one.nearest for term in pair),
    ]
    ratio = one.observed / one.expected if one.expected else None
    numbers = (one.observed, one.expected, ratio, one.low, one.high, one.p, one.q, None)
    label = f"{one.source.label} | {one.target.label}"
    return _finding((one.id, one.relation, label), numbers, one.shortfall, asdict(one), links)


def _finding(
    named: tuple[str, str, str],
    numbers: Sequence[float | None],
    score: float,
    record: Any,
    links: Sequence[Link],
) -> Finding:
    """Put a finding together; a link that is named twice is one."""
    observed, expected, lift, low, high, p, q, probability = map(_nine, numbers)
    return Finding(
        *named, observed, expected, lift, low, high, p, q, probability, _nine(score) or 0.0, _json(record),
        tuple(dict.fromkeys(links)),
    )  # fmt: skip


def _nine(value: float | None) -> float | None:
    """Round to nine digits: the last ones of a sum depend on how many threads made it."""
    return None if value is None else float(f"{value:.9g}")


def _json(value: Any) -> str:
    return json.dumps(_rounded(value), ensure_ascii=False, sort_keys=True)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return _nine(value)
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, (list, tuple)) else value
