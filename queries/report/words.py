"""The words of a report: headlines, numbers that say what they are, and the paragraph of limits.

It promises one wording for every format. It refuses numbers without a unit and claims without a limit.
"""

from silobridge.queries.bridges.dossier import Dossier
from silobridge.queries.bridges.record import Bridge, Bridges, Place, Side
from silobridge.queries.evidence import Quote
from silobridge.queries.paths import Hop
from silobridge.queries.silos import Silo

BRIDGE_LIMITS = (
    "Concepts are terms found in the texts, merged by rules; a term may mean two things, and two terms one. "
    "Counts are documents of this graph, not of the world: what was not read in is not missing out there. "
    "A document standing in both domains counts for neither side of a shared concept. Lift is observed ÷ "
    "expected documents; its interval is a 90 % credible one, pulled towards 1 where counts are small; q is "
    "the false discovery rate over all that was tested. Use together is no proof of influence: read the "
    "sentences."
)
PREDICTED_LIMITS = (
    "Predicted links: the discovery ranking is no forecast; in a test on arXiv, about one in ten thousand such "
    "pairs was linked by three papers within three years, so most of any list stays unlinked. A probability is "
    "learnt from this graph's own past and means a document of this graph that uses both. "
)
SILO_LIMITS = (
    "Closeness is measured in words, links are those this graph holds. A shortfall may mean missing "
    "documents, a young field, or two fields with good reason to stay apart. Candidates are short of the "
    "prediction, but not by more than comparable pairs are by nature; only those marked silo are (q ≤ 5 %)."
)
PATH_LIMITS = (
    "Each hop is a statement about documents. A chain of true hops may still join two meanings of one word; "
    "negated and hedged claims are marked."
)


def number(value: float) -> str:
    """Write a number as short as its size allows.

    Examples
    --------
    >>> number(0.01234), number(3.456), number(1234.5), number(0)
    ('0.012', '3.5', '1,234', '0')
    """
    if value == 0 or (value == int(value) and abs(value) < 1e15):
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def documents(count: int) -> str:
    """Count documents.

    Examples
    --------
    >>> documents(1), documents(2)
    ('1 document', '2 documents')
    """
    return f"{count:,} document" if count == 1 else f"{count:,} documents"


def rate(q: float) -> str:
    """Write a false discovery rate.

    Examples
    --------
    >>> rate(0.03), rate(1e-9)
    ('0.03', '< 0.001')
    """
    return "< 0.001" if q < 0.001 else f"{q:.2g}"


def headline(bridge: Bridge) -> str:
    """Name a bridge by its ends."""
    if bridge.kind == "concept":
        return bridge.source.label
    joint = "—" if bridge.kind == "link" else "⇢"
    return f"{bridge.source.label} {joint} {bridge.target.label}"


def named(domain: Place) -> str:
    """Name a domain with its code."""
    return f"{domain.label} ({domain.id})" if domain.label != domain.id else domain.id


def counted(answer: Bridges) -> str:
    """Say how many were chosen from how many, and from which version of the graph."""
    chosen = f"{len(answer.bridges)} listed of {answer.tested:,} tested"
    return f"{chosen}; graph at journal position {answer.position}."


def measure(bridge: Bridge) -> str:
    """Say a bridge's numbers in a sentence."""
    if bridge.kind == "concept":
        parts = zip(bridge.sides, (bridge.source_domain, bridge.target_domain), strict=True)
        told = " ".join(_side(side, domain) for side, domain in parts)
        company = f"The company it keeps on the two sides agrees to {number(bridge.agreement or 0)} (0 to 1)."
        return f"{told} q {rate(bridge.q)}. {company}"
    end = f"({_lift(bridge)}); q {rate(bridge.q)}."
    if bridge.kind == "link":
        observed, expected = number(bridge.observed), number(bridge.expected)
        return f"{observed} documents use both, {expected} expected by chance {end}"
    return (
        f"No document uses both. Path weight {number(bridge.observed)} against {number(bridge.expected)} "
        f"for pairs as frequent in these domains {end}"
    )


def beside(bridge: Bridge, dossier: Dossier | None, said: str = "") -> list[str]:
    """Say what belongs beside a bridge: its chance, who is there, how it is said, what speaks against it."""
    told = []
    if bridge.kind == "predicted":
        told.append(_chance(bridge))
    if dossier is not None:
        told += [*_company(bridge, dossier), f"What would refute it: {dossier.refuted_by}"]
        if dossier.read:
            told.append(f"Read first: {', '.join(dossier.read)}.")
    return [*told, *([f"Reviewers: {said}."] if said else [])]


def _chance(bridge: Bridge) -> str:
    common = f"{bridge.common} common concepts, {number(bridge.common_expected)} explained by degrees into every domain."
    if bridge.probability is None or bridge.prior is None:
        return f"{common} No probability: this graph's past is too short to teach one."
    over = number(bridge.probability / max(bridge.prior, 1e-12))
    places = f" Place {bridge.ranks[0]} by lift (discovery), {bridge.ranks[1]} by probability (forecast)."
    return (
        f"{common} Calibrated chance of a link {number(bridge.probability)}, {number(bridge.prior)} from frequencies "
        f"alone: {over} times that.{places if len(bridge.ranks) > 1 else ''}"
    )


def _company(bridge: Bridge, dossier: Dossier) -> list[str]:
    told = []
    for side, domain in zip(dossier.sides, (bridge.source_domain, bridge.target_domain), strict=True):
        years = f", {side.years[0][0]} to {side.years[-1][0]}" if side.years else ""
        late = sum(count for year, count in side.years if year > side.years[-1][0] - 3)
        fresh = f", {late} in the last three of these years" if side.years else ""
        who = "; ".join(f"{name} ({count})" for name, count in side.organisations)
        told.append(
            f"Already there in {domain.label}: {documents(side.documents)}{years}{fresh}{f'; {who}' if who else ''}."
        )
    if dossier.both_sides:
        told.append(f"On both sides: {'; '.join(dossier.both_sides)}.")
    if dossier.together:
        where = "joined by both terms" if bridge.kind == "link" else "behind the ways round"
        share = dossier.same_sentence / dossier.together
        told.append(
            f"Of {dossier.together} documents {where}, {dossier.same_sentence} have both in one sentence ({share:.0%}), "
            "the others only in one document."
        )
    said = dossier.said
    if said.affirmed + said.against:
        told.append(
            f"Evidence: {said.affirmed} affirmed; against: {said.negated} negated, {said.hedged} hedged or planned, "
            f"{said.failed} of failure{': ' + ', '.join(said.documents[:5]) if said.documents else ''}."
        )
    else:
        told.append("No claim about it, for or against, was read.")
    return told


def _lift(told: Bridge | Side) -> str:
    return f"shrunken lift {number(told.lift)}, 90 % interval {number(told.low)} to {number(told.high)}"


def _side(side: Side, domain: Place) -> str:
    background = "its background" if side.background == "own layer" else "both layers’ background"
    return (
        f"{domain.label}: {side.observed} of {domain.documents} documents, {number(side.expected)} expected "
        f"from {background} ({_lift(side)})."
    )


def gap(silo: Silo) -> str:
    """Say a silo's numbers in a sentence."""
    return (
        f"{silo.observed} {silo.relation} join them, {number(silo.expected)} predicted from size and "
        f"closeness ({number(silo.similarity)}); observed ÷ predicted lies between {number(silo.low)} and "
        f"{number(silo.high)} (90 %); q {rate(silo.q)}."
    )


def around(silo: Silo, said: str = "") -> list[str]:
    """Say what belongs beside a silo: resampled bounds, directions, changes, and what would open it."""
    told = []
    if silo.resampled:
        low, high = (number(bound) for bound in silo.resampled)
        told.append(f"With documents drawn again: observed ÷ predicted from {low} to {high} (90 %).")
    for way, who, whom in ((silo.takes, silo.source, silo.target), (silo.gives, silo.target, silo.source)):
        if way:
            told.append(
                f"{who.label} takes from {whom.label}: {way.observed} links, {number(way.expected)} usual."
            )
    for year, before, after in silo.changes:
        told.append(f"Links a document change in {year}: {number(before)} before, {number(after)} since.")
    if silo.meetings:
        best = silo.meetings[0]
        told.append(
            f"Would open it most: {best.source.label} with {best.target.label}, {best.added} links if the documents of "
            f"either took up the other; the shortfall would go from {silo.shortfall:.2f} to {best.left:.2f}."
        )
    return [*told, *([f"Reviewers: {said}."] if said else [])]


def source(quote: Quote) -> str:
    """Name where a sentence stands."""
    year = str(quote.year) if quote.year else "no year"
    title = "its title" if quote.text.strip() == quote.title.strip() else quote.title
    return f"{title} · {quote.document} · {quote.kind}, {year}"


def stance(quote: Quote) -> str:
    """Say what sort of evidence a sentence is."""
    if quote.predicate:
        marks = [quote.predicate, *(["negated"] if quote.polarity == "negated" else [])]
        return "claim: " + ", ".join([*marks, *(["hedged"] if quote.hedged else [])])
    return "both in one sentence" if quote.together else ""


def step(hop: Hop) -> str:
    """Say how a hop is made."""
    words = {
        "claim": f"claimed in {documents(hop.claims)}",
        "sentence": f"in one sentence in {hop.same_sentence} of {documents(hop.documents)} that use both",
        "document": f"used by {documents(hop.documents)}, never in one sentence",
        "stands in": documents(hop.documents),
    }
    return words[hop.how]
