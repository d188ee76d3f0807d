"""`kg demo`: from nothing to bridges in under two minutes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.output import Progress, out, say

if TYPE_CHECKING:
    from silobridge.facade import Graph

SHOWN = 5
KNOWN, NEEDED = "coda wave interferometry", "wind turbine blade"
"""A link that was left out of the demonstration's documents on purpose."""


def register(app: typer.Typer) -> None:
    """Add `kg demo` to the application."""
    app.command()(demo)


def demo(
    graph: Annotated[Path, typer.Argument(metavar="[GRAPH]", help="The folder to build it in.")] = Path(
        "demo.kg"
    ),
) -> None:
    """Build the demonstration graph and print its strongest bridges."""
    from silobridge.facade import Graph
    from silobridge.facade import demo as build

    progress = Progress()
    say("Building the demonstration graph from documents written for this project (nothing in them is real)")
    opened: Graph = build(graph, progress=progress.tally)
    progress.done()
    counts = opened.stats()
    say(
        f"  {counts['papers']} papers, {counts['patents']} patents, {counts['industry_documents']} company texts:"
        f" {counts['sentences']:,} sentences, {counts['concepts']:,} concepts, {counts['claims']:,} claims"
        f" with {counts['evidence']:,} pieces of evidence, {counts['rejects']} rejects"
    )
    out("\n".join([*_strongest(opened), *_not_yet_made(opened)]))
    say(
        f"\nNext:\n"
        f"  kg bridges {graph} --out bridges.html            the same with a picture, to open in a browser\n"
        f"  kg bridges {graph} --from 'Polymers and Plastics' --to nace:C27 --kind predicted\n"
        f"  kg paths {graph} 'coda wave interferometry' 'wind turbine blade'\n"
        f"  kg query {graph} --list                          named questions, in SPARQL and Cypher\n"
        f"  kg ingest add YOUR-FILES --into my.kg            the same on your own documents"
    )


def _not_yet_made(graph: "Graph") -> list[str]:
    """Show what joins two things that no document here names together."""
    lines = ["", f"No document here names both {KNOWN} and {NEEDED}. What stands between them:", ""]
    for path in graph.paths(KNOWN, NEEDED, top=1):
        for hop in path.hops:
            lines.append(
                f"    {hop.source.label} → {hop.target.label}  ({hop.documents} documents, by {hop.how})"
            )
            lines += [
                f"    · “{' '.join(quote.text.split())}” [{quote.document}]" for quote in hop.quotes[:1]
            ]
    return lines


def _strongest(graph: "Graph") -> list[str]:
    found = graph.bridges(top=SHOWN)
    lines = ["", "Strongest bridges between disciplines, patent classes and industries:"]
    lines += [f"({note})" for note in found.answer.notes]
    for place, bridge in enumerate(found, 1):
        lines += [
            "",
            f"{place:2d}  {bridge.source.label}",
            f"    {bridge.source_domain.label} ({bridge.source_documents} documents)"
            f"  ↔  {bridge.target_domain.label} ({bridge.target_documents} documents)",
            f"    {bridge.lift:.1f} times what chance explains on its weaker side"
            f" (90 % between {bridge.low:.1f} and {bridge.high:.1f})",
        ]
        for shows, quote in found.evidence[bridge.id][:2]:
            year = f", {quote.year}" if quote.year else ""
            lines.append(f"    · {shows}: “{' '.join(quote.text.split())}” [{quote.document}{year}]")
    return lines
