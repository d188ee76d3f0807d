"""Sheets of loops, node bridges, roots, opportunities, dependence and trends.

It promises one table a finding, the same in the terminal and in every report. It refuses to leave the limits out.
"""

from silobridge.queries.bridges.nodes import NodeBridges
from silobridge.queries.dependence import Dependences
from silobridge.queries.evidence import Quote
from silobridge.queries.helix.coupling import Coupling
from silobridge.queries.helix.evidence import Step
from silobridge.queries.helix.record import Helices
from silobridge.queries.opportunities import Opportunities
from silobridge.queries.report.sheet import Sheet
from silobridge.queries.report.words import named
from silobridge.queries.roots import Roots
from silobridge.queries.trends import Movings, Trend

HELIX_LIMITS = (
    "An order in time between documents that use one term is no proof that one led to the other, and what was not "
    "read in is missing here, not out there. A state is what dates turned round at random show in at most one of "
    "twenty tries; sure means a false discovery rate of at most 5 % over all concepts tested."
)
NODE_LIMITS = (
    "A concept's neighbours are concepts it meets in documents more often than chance explains; a neighbour lives "
    "in one domain. A term with two meanings looks like a bridge between them: read the sentences."
)
ROOT_LIMITS = (
    "Where a concept was first is where this graph has it first. The score is a mean of unlike things, for order "
    "only; look at the components. Words taken up are no proof of influence."
)
OPPORTUNITY_LIMITS = (
    "A discovery ranking, no forecast: most of any list stays unlinked. Feasibility counts patents and industrial "
    "documents and claims against; it knows no price, no law and no physics."
)
DEPENDENCE_LIMITS = (
    "Sharing a concept that papers had first is no proof that the firm read them; few patents list papers, and "
    "fewer of those papers are in this graph."
)
TREND_LIMITS = "Rates are of this graph's documents. A change may be one of collecting: a source read in from some year on."

Quoted = tuple[tuple[str, Quote], ...]


def coupled(answer: Coupling) -> tuple[str, ...]:
    """Say the latest degree of coordination, by both forms."""
    last = answer.years[-1]
    return (
        f"Coupling-coordination degree of {', '.join(answer.layers)} in {last.year} ({answer.label}): "
        f"{last.coordination:.2f} by the original form; by the 2021 form {last.coordination_2021:.2f}, 90 % "
        f"{last.low:.2f} to {last.high:.2f}, {last.grade}.",
    )


def helices(answer: Helices, steps: tuple[Step, ...] = (), more: tuple[str, ...] = ()) -> Sheet:
    """Lay out loops, with the documents of one way round, and more notes."""
    columns = ("concept", "state", "sure", "reached", "strength", "low", "high", "closure", "turns", "papers",
               "patents", "industry", "legs", "p", "q")  # fmt: skip
    rows = []
    for one in answer.helices:
        level = ("open", "half", "closed", "spiralling").index(one.state or one.reached or "open")
        legs = tuple(
            f"{leg.source}→{leg.target} {leg.pairs} pairs, {leg.expected:.1f} by chance, {leg.cited} cited, "
            f"first after {'?' if leg.first_lag is None else leg.first_lag} years"
            for leg in one.legs
        )
        test = one.tests[level]
        rows.append(
            (
                one.concept.label, one.state or "by chance", one.sure, one.reached or "none", round(one.strength, 2),
                round(one.low, 2), round(one.high, 2), round(one.closure, 2), one.turns, *one.documents, legs,
                float(f"{test.p:.2g}"), float(f"{test.q:.2g}"),
            )
        )  # fmt: skip
    counted = tuple(
        f"{level}: {tested} concepts tested, {sure} hold at q ≤ 5 %." for level, tested, sure in answer.levels
    )
    said = tuple(
        (f"{step.layer}, {step.year}{', cites the step before' if step.cites else ''}", step.quote)
        for step in steps
    )
    return Sheet(
        answer.title, (*counted, *answer.notes, *more), columns, tuple(rows), HELIX_LIMITS, said, answer
    )


def nodes(answer: NodeBridges) -> Sheet:
    """Lay out node bridges."""
    columns = (
        "concept",
        "home",
        "documents",
        "neighbours",
        "participation",
        "expected",
        "z",
        "q",
        "openness",
        "reached",
    )
    rows = tuple(
        (
            one.concept.label, named(one.home), one.documents, one.neighbours, round(one.participation, 2),
            round(one.expected, 2), round(one.z, 1), float(f"{one.q:.2g}"), round(one.openness, 2),
            tuple(f"{r.domain.label} {r.observed} of {r.expected:.1f}" for r in one.reached[:5]),
        )
        for one in answer.bridges
    )  # fmt: skip
    return Sheet(answer.title, answer.notes, columns, rows, NODE_LIMITS, record=answer)


def roots(answer: Roots) -> Sheet:
    """Lay out root technologies or industries."""
    columns = (
        "domain",
        "documents",
        "score",
        "rank from",
        "rank to",
        "given",
        "forward",
        "q",
        "components (z)",
    )
    rows = tuple(
        (
            named(one.domain), one.domain.documents, round(one.score, 2), one.rank_low, one.rank_high,
            round(one.given, 1), round(one.forward, 2), float(f"{one.q:.2g}"),
            tuple(f"{c.name} {c.z:+.1f}" for c in one.components if c.z is not None),
        )
        for one in answer.roots
    )  # fmt: skip
    return Sheet(answer.title, answer.notes, columns, rows, ROOT_LIMITS, record=answer)


def opportunities(answer: Opportunities) -> Sheet:
    """Lay out opportunities with what speaks against them."""
    columns = ("need", "solution", "front", "relevance", "plausibility", "low", "high", "occupancy", "feasibility",
               "claims against", "crowd", "through")  # fmt: skip
    rows = tuple(
        (
            one.need.label, one.solution.label, one.front, round(one.relevance, 2), round(one.plausibility, 1),
            round(one.low, 1), round(one.high, 1), round(one.occupancy, 2), round(one.feasibility, 2),
            f"{one.against} of {one.claimed}", one.consensus, tuple(term.label for term in one.through),
        )
        for one in answer.opportunities
    )  # fmt: skip
    return Sheet(answer.title, answer.notes, columns, rows, OPPORTUNITY_LIMITS, record=answer)


def dependence(answer: Dependences) -> Sheet:
    """Lay out how much firms' patents rest on science."""
    columns = ("firm", "patents", "cite papers", "expected", "share a concept papers had first", "expected of these",
               "lift", "low", "high", "concepts")  # fmt: skip
    rows = tuple(
        (
            one.name, one.patents, one.citing, round(one.citing_expected, 1), one.sharing, round(one.sharing_expected, 1),
            round(one.lift, 2), round(one.low, 2), round(one.high, 2), tuple(term.label for term in one.concepts),
        )
        for one in answer.firms
    )  # fmt: skip
    said = tuple(("", quote) for one in answer.firms for quote in one.sentences)
    return Sheet(answer.title, answer.notes, columns, rows, DEPENDENCE_LIMITS, said, answer)


def trend(answer: Trend) -> Sheet:
    """Lay out a concept's years and changes."""
    columns = ("layer", "year", "documents", "of", "share", "low", "high", "change")
    rows = []
    for series in answer.series:
        changed = {one.year: f"{one.before:.2g} → {one.after:.2g} (p {one.p:.2g})" for one in series.changes}
        rows += [
            (series.layer, one.year, one.documents, one.output, round(one.share, 4), round(one.low, 4),
             round(one.high, 4), changed.get(one.year))
            for one in series.years
        ]  # fmt: skip
    return Sheet(answer.title, answer.notes, columns, tuple(rows), TREND_LIMITS, record=answer)


def moving(answer: Movings) -> Sheet:
    """Lay out bridges that come up or fade."""
    columns = ("concept", "state", f"late in {answer.source.id}", "expected", f"late in {answer.target.id}",
               "expected there", "q")  # fmt: skip
    rows = tuple(
        (one.concept.label, one.state, one.late[0], round(one.expected[0], 1), one.late[1], round(one.expected[1], 1),
         float(f"{one.q:.2g}"))
        for one in answer.moving
    )  # fmt: skip
    return Sheet(answer.title, answer.notes, columns, rows, TREND_LIMITS, record=answer)
