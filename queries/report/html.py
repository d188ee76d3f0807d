"""Reports as one HTML file: no network, no script, ready to print.

It promises that nothing from a document is markup: every text is escaped, and the page's own policy
forbids scripts and requests. It refuses ornaments: a page is its findings, sentences and limits.
"""

from collections.abc import Mapping, Sequence
from html import escape

from silobridge.queries.bridges.dossier import Dossier
from silobridge.queries.bridges.record import MEANING, Bridge, Bridges
from silobridge.queries.evidence import Quote
from silobridge.queries.paths import Paths
from silobridge.queries.report import words
from silobridge.queries.report.picture import MOST, Edge, Node, bridges_picture, draw
from silobridge.queries.silos import Silo, Silos

Told = Mapping[str, Sequence[tuple[str, Quote]]]

_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1a;background:#fff}
body{max-width:62rem;margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.15rem;margin:2rem 0 .2rem}
.meta,.where,.note{color:#5a5a55;font-size:.88rem}.meta p{margin:.15rem 0}
article{border-top:1px solid #ddd9cf;padding-top:.2rem;break-inside:avoid}
article h2{margin-top:.9rem}.ends{margin:.1rem 0;color:#3d5a80}.num{margin:.3rem 0;font-size:.93rem}
blockquote{margin:.5rem 0 .5rem .2rem;padding:.15rem 0 .15rem .8rem;border-left:3px solid #d9c36a}
blockquote p{margin:0}mark{background:#ffeeb0;padding:0 .1em;border-radius:2px}
.tag{font-size:.78rem;border:1px solid #b9b5a8;border-radius:9px;padding:0 .45em}
.tag{color:#4c4c47;white-space:nowrap;font-weight:400}
.limits{border-top:2px solid #1c1c1a;margin-top:2.5rem;padding-top:.6rem;font-size:.9rem}
figure{margin:1.2rem 0;overflow-x:auto}figcaption{color:#5a5a55;font-size:.85rem}
table{border-collapse:collapse;table-layout:fixed;font-size:.92rem;width:100%}
th,td{text-align:left;padding:.2rem .6rem .2rem 0;vertical-align:top;border-bottom:1px solid #e6e2d8}
@media print{body{margin:0;max-width:none;font-size:11pt}mark{background:none;font-weight:600}}
"""


def page(title: str, meta: Sequence[str], body: str, limits: str) -> str:
    """Wrap a report's body into a page of its own."""
    told = "".join(f"<p>{escape(line)}</p>" for line in meta)
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><div class='meta'>{told}</div>{body}"
        f"<section class='limits'><strong>Limits.</strong> {escape(limits)}</section></body></html>\n"
    )


def bridges(
    answer: Bridges, told: Told, dossiers: Mapping[str, Dossier] = {}, said: Mapping[str, str] = {}
) -> str:
    """Render bridges with their picture, their sentences and what belongs beside them."""
    kinds = sorted({bridge.kind for bridge in answer.bridges})
    meta = [
        *(f"{kind.capitalize()}: {MEANING[kind]}." for kind in kinds),
        words.counted(answer),
        *answer.notes,
    ]
    drawing = bridges_picture(answer.bridges)
    left_out = f" The first {MOST} of {len(answer.bridges)} are drawn." if len(answer.bridges) > MOST else ""
    dashed = " Dashed: the way round; no document goes straight." if "predicted" in kinds else ""
    caption = f"Lines are as wide as the number of documents behind them.{dashed}{left_out}"
    figure = f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>"
    figure = figure if drawing else "<p>Nothing passed the tests.</p>"
    parts = "".join(
        _bridge(
            place,
            bridge,
            told.get(bridge.id, ()),
            words.beside(bridge, dossiers.get(bridge.id), said.get(bridge.id, "")),
        )
        for place, bridge in enumerate(answer.bridges, 1)
    )
    limits = (words.PREDICTED_LIMITS if "predicted" in kinds else "") + words.BRIDGE_LIMITS
    return page(answer.title, meta, figure + parts, limits)


def _bridge(place: int, bridge: Bridge, told: Sequence[tuple[str, Quote]], beside: Sequence[str]) -> str:
    sort = f" <span class='tag'>{escape(bridge.source.type)}</span>" if bridge.source.type else ""
    ends = f"{words.named(bridge.source_domain)} → {words.named(bridge.target_domain)}"
    also = (
        f"<p class='where'>Also written: {escape(', '.join(bridge.variants))}.</p>" if bridge.variants else ""
    )
    through = ", ".join(term.label for term in bridge.intermediates)
    between = f"<p class='num'>Through: {escape(through)}.</p>" if through else ""
    return (
        f"<article id='{escape(bridge.id, quote=True)}'><h2>"
        f"{place}. {escape(words.headline(bridge))}{sort}</h2><p class='ends'>{escape(ends)}</p>"
        f"<p class='num'>{escape(words.measure(bridge))}</p>{also}{between}"
        + "".join(f"<p class='num'>{escape(line)}</p>" for line in beside)
        + "".join(quoted(shows, quote) for shows, quote in told)
        + "</article>"
    )


def quoted(shows: str, quote: Quote) -> str:
    """Render a sentence with its terms marked."""
    stance = words.stance(quote)
    tag = f" <span class='tag'>{escape(stance)}</span>" if stance else ""
    return (
        f"<blockquote><p>{marked(quote)}</p><p class='where'>{escape(shows)}{': ' if shows else ''}"
        f"{escape(words.source(quote))}{tag}</p></blockquote>"
    )


def marked(quote: Quote) -> str:
    """Mark the terms in a sentence, escaping everything around them.

    Examples
    --------
    >>> from silobridge.queries.evidence import Span
    >>> marked(Quote("d", "t", 2001, "paper", "a <b> c", 0, 7, (Span(2, 5),)))
    'a <mark>&lt;b&gt;</mark> c'
    """
    parts: list[str] = []
    at = 0
    for span in quote.spans:
        parts += [
            escape(quote.text[at : span.start]),
            "<mark>",
            escape(quote.text[span.start : span.stop]),
            "</mark>",
        ]
        at = span.stop
    return "".join([*parts, escape(quote.text[at:])])


def silos(answer: Silos, said: Mapping[str, str] = {}) -> str:
    """Render silos with the concepts that could meet."""
    explained = f"Size and closeness explain {answer.explained:.0%} of how links are spread over the pairs."
    body = "".join(
        _silo(place, silo, words.around(silo, said.get(silo.id, "")))
        for place, silo in enumerate(answer.silos, 1)
    )
    return page(
        answer.title, [explained, *answer.notes], body or "<p>No pair falls short.</p>", words.SILO_LIMITS
    )


def _silo(place: int, silo: Silo, around: Sequence[str]) -> str:
    rows = "".join(f"<tr><td>{escape(u.label)}</td><td>{escape(v.label)}</td></tr>" for u, v in silo.nearest)
    heads = f"<tr><th>{escape(silo.source.label)}</th><th>{escape(silo.target.label)}</th></tr>"
    table = f"<p class='num'>Close and never used together:</p><table>{heads}{rows}</table>" if rows else ""
    ends = f"{words.named(silo.source)} | {words.named(silo.target)}"
    return (
        f"<article id='{escape(silo.id, quote=True)}'><h2>{place}. {escape(silo.source.label)} | "
        f"{escape(silo.target.label)} <span class='tag'>{escape(silo.verdict)}</span></h2>"
        f"<p class='ends'>{escape(ends)}</p><p class='num'>{escape(words.gap(silo))}</p>"
        + "".join(f"<p class='num'>{escape(line)}</p>" for line in around)
        + f"{table}</article>"
    )


def paths(answer: Paths, said: Mapping[str, str] = {}) -> str:
    """Render evidence paths, each with its picture and the sentences of each hop."""
    parts = []
    for place, path in enumerate(answer.paths, 1):
        ends = [path.hops[0].source, *(hop.target for hop in path.hops)]
        columns = [
            [Node(end.id, end.label, "concept" if end.what == "concept" else "domain")] for end in ends
        ]
        lines = [Edge(hop.source.id, hop.target.id, hop.documents) for hop in path.hops]
        hops = "".join(
            f"<p class='num'><strong>{escape(hop.source.label)} → {escape(hop.target.label)}</strong>: "
            f"{escape(words.step(hop))}</p>" + "".join(quoted("", quote) for quote in hop.quotes)
            for hop in path.hops
        )
        parts.append(
            f"<article><h2>{place}. {escape(' → '.join(end.label for end in ends))}</h2>"
            f"<p class='num'>Weakest hop: {words.documents(path.weakest)}.</p>"
            + "".join(
                f"<p class='num'>Reviewers: {escape(said[path.id])}.</p>" for _ in range(path.id in said)
            )
            + f"<figure>{draw(columns, lines)}</figure>{hops}</article>"
        )
    return page(answer.title, list(answer.notes), "".join(parts), words.PATH_LIMITS)
