"""`kg resolve GRAPH …`: look at what was joined or left undecided, and decide."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show
from silobridge.kg.errors import UsageError

if TYPE_CHECKING:
    from silobridge.facade import Graph
    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.table import Table


class Action(StrEnum):
    """What to do."""

    REVIEW = "review"
    PROPOSE = "propose"
    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"
    SENSES = "senses"


NAMES = {
    Action.REVIEW: 0,
    Action.PROPOSE: 0,
    Action.SENSES: 0,
    Action.ACCEPT: 2,
    Action.REJECT: 2,
    Action.UNDO: 1,
}


def register(app: typer.Typer) -> None:
    """Add `kg resolve` to the application."""
    app.command()(resolve)


def resolve(
    graph: GraphArgument,
    action: Annotated[
        Action,
        typer.Argument(
            help="review, propose (with --encoder), accept, reject, undo, or senses (learn anew)."
        ),
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME…]", help="Two names or identifiers to join or part; a decision to undo."
        ),
    ] = None,
    undecided: Annotated[bool, typer.Option("--undecided", help="Review only what was not joined.")] = False,
    dictionary: Annotated[
        bool, typer.Option("--dictionary", help="Review what CC-CEDICT proposes across languages.")
    ] = False,
    encoder: Annotated[
        str,
        typer.Option(
            "--encoder", help="Propose names near in meaning, as this encoder sees them: minilm, use."
        ),
    ] = "",
    who: Annotated[str, typer.Option("--who", help="Who decides.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")] = "",
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """Review which names, documents, organisations and people were joined, and accept, reject or undo."""
    from silobridge.facade import open as open_graph
    from silobridge.ingest.keeping import unknown

    given = names or []
    if len(given) != NAMES[action]:
        raise UsageError(
            f"{action} was given {len(given)} names", expected=f"{NAMES[action]}", hint="kg resolve --help"
        )
    opened = open_graph(graph)
    if action is Action.REVIEW:
        table = _proposed(opened.ledger) if dictionary else opened.resolutions(undecided_only=undecided)
        show(table, format_, json_)
        if not table.rows:
            raise typer.Exit(4)
    elif action is Action.PROPOSE:
        _propose(opened, encoder)
    elif action is Action.SENSES:
        say(f"{opened.learn_senses()} senses of ambiguous names")
    elif action is Action.UNDO:
        opened.undo(given[0], who=who, why=why)
        say(f"decision {given[0]} was taken back")
    else:
        verdict: Literal["accept", "reject"] = "accept" if action is Action.ACCEPT else "reject"
        for name, _, near in unknown(opened.ledger, given[0], given[1]):
            known = f"; near it are {', '.join(near)}" if near else ""
            say(f"warning: {name!r} is not in the graph{known}; the decision waits until it is")
        decision = opened.decide(verdict, given[0], given[1], who=who, why=why)
        say(f"decision {decision}: {'one' if verdict == 'accept' else 'two'}")


def _propose(opened: "Graph", encoder: str) -> None:
    if not encoder:
        raise UsageError("nobody proposes", expected="--encoder NAME", hint="docs/howto/models.md says which")
    count = opened.propose(encoder)
    say(f"{count} pairs of names wait as undecided: kg resolve GRAPH review --undecided")


def _proposed(ledger: "Ledger") -> "Table":
    """List what the dictionary proposes; nothing is joined by it."""
    from silobridge.ingest.dictionary import proposals
    from silobridge.queries.table import Table

    with ledger.reading() as connection:
        rows = [
            ("proposed", each.english, each.chinese, None, each.how, each.reason)
            for each in proposals(connection)
        ]
    return Table(("state", "form", "target", "score", "how", "reason"), rows)
