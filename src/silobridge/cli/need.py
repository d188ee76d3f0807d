"""`kg need`, `kg offer`, `kg judge`, `kg outcome`: from a need to what others know, and what became of it."""

from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show

if TYPE_CHECKING:
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.need.record import Answer

TopOption = Annotated[int, typer.Option("--top", min=1, max=1000, help="How many of each sort at most.")]
FieldOption = Annotated[
    list[str] | None,
    typer.Option("--field", help="Your own field: a domain by identifier, code or name; repeatable."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write a report with the sentences: .md, .html or .json.")
]
WhoOption = Annotated[str, typer.Option("--who", help="Who says so; your user name if not said.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (need, offer, judge, outcome, verdicts):
        app.command()(command)


def need(
    graph: GraphArgument,
    text: Annotated[str, typer.Argument(metavar="NEED", help="The problem in plain words.")] = "",
    field: FieldOption = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Match the needs the graph holds as documents.")
    ] = False,
    since: Annotated[
        int, typer.Option("--since", min=0, help="With --stored: only what came after this journal position.")
    ] = 0,
    top: TopOption = 10,
    encoder: Annotated[
        str,
        typer.Option(
            "--encoder", help="Count what is near in meaning too, as this encoder sees it: minilm, use."
        ),
    ] = "",
    out: OutOption = None,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find what other fields know about a problem: methods, fields, papers, patents and people."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.matrices import matrices

    opened = open_graph(graph)
    if stored:
        from silobridge.queries.need.stored import stored as matches

        found = matches(opened.ledger, matrices(opened.ledger), since, top, encoder)
        show(found, format_, json_)
        say(f"note: {found.note}")
        if not len(found):
            raise typer.Exit(4)
        return
    from silobridge.queries.need.answer import answer
    from silobridge.queries.need.record import NeedAsk

    ask = NeedAsk(text, tuple(opened.domain(name).id for name in field or ()), top, encoder)
    _show(opened.ledger, answer(opened.ledger, matrices(opened.ledger), ask), out, format_, json_)


def _show(ledger: "Ledger", found: "Answer", out: Path | None, format_: Format, json_: bool) -> None:
    from silobridge.queries.need.report import table, write
    from silobridge.queries.verdicts import beside, remember

    remember(ledger, [(one.id, one.concept.label, one.score) for one in found.methods])
    said = beside(ledger, [one.id for one in found.methods])
    if out:
        say(f"wrote {write(out, found, said)}")
    else:
        show(table(found, said), format_, json_)
    say("understood: " + (", ".join(one.label for one in found.understood) or "no concept by name"))
    for note in found.notes:
        say(f"note: {note}")


def offer(
    graph: GraphArgument,
    text: Annotated[str, typer.Argument(metavar="DOCUMENT_OR_CONCEPT", help="By identifier or name.")],
    field: FieldOption = None,
    top: TopOption = 10,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Find the industries, patent classes and firms that meet what a result offers."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.matrices import matrices
    from silobridge.queries.need.offer import offer as find

    opened = open_graph(graph)
    own = tuple(opened.domain(name).id for name in field or ())
    found = find(opened.ledger, matrices(opened.ledger), text, top, own)
    show(found, format_, json_)
    say(f"note: {found.note}")


def judge(
    graph: GraphArgument,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Its id, as lists show it.")],
    judgement: Annotated[str, typer.Argument(metavar="sound|known|wrong", help="What you say of it.")],
    who: WhoOption = "",
    why: WhyOption = "",
    score: Annotated[
        float | None, typer.Option("--score", help="Its score, where this graph did not show it.")
    ] = None,
) -> None:
    """Say what you think of a finding; other reviewers' verdicts stay beside yours."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.verdicts import beside, record

    ledger = open_graph(graph).ledger
    held = record(ledger, finding, judgement, (who or getuser(), why), score)
    if held.score is None:
        say(
            "note: its score is not known here, so it does not count for the calibration; give it with --score"
        )
    say(f"{held.label or finding}: {beside(ledger, [finding])[finding]}")


def outcome(
    graph: GraphArgument,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Its id, as lists show it.")],
    result: Annotated[
        str, typer.Argument(metavar="RESULT", help="adopted, failed, patented, published, refuted or tried.")
    ],
    happened: Annotated[str, typer.Option("--when", help="Date, month or year.")] = "",
    source: Annotated[str, typer.Option("--source", help="A document's identifier or an address.")] = "",
    who: WhoOption = "",
    why: WhyOption = "",
) -> None:
    """Record what became of a finding."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.verdicts import beside, record_outcome

    ledger = open_graph(graph).ledger
    record_outcome(ledger, finding, result, (who or getuser(), why), happened, source)
    say(f"{finding}: {beside(ledger, [finding])[finding]}")


def verdicts(
    graph: GraphArgument,
    calibrate: Annotated[
        bool, typer.Option("--calibration", help="The share judged sound, by tenth of the score.")
    ] = False,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """List what reviewers said of findings, or how their words go with the scores."""
    from silobridge.facade import open as open_graph
    from silobridge.queries.verdicts import calibration, listed

    ledger = open_graph(graph).ledger
    found = calibration(ledger) if calibrate else listed(ledger)
    show(found, format_, json_)
    if not len(found):
        say("note: nothing was judged yet: kg judge GRAPH FINDING sound --who NAME --why REASON")
        raise typer.Exit(4)
