"""`kg resolve …`: look at what was joined or left undecided, and decide."""

from typing import Annotated

import typer

from silobridge.cli.output import Format, FormatOption, GraphArgument, JsonOption, say, show

group = typer.Typer(help="Decide which names mean one concept.", no_args_is_help=True, rich_markup_mode=None)
Form = Annotated[str, typer.Argument(help="The name to join or part.")]
Target = Annotated[str, typer.Argument(help="The other name.")]
Who = Annotated[str, typer.Option("--who", help="Who decides.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")]


def register(app: typer.Typer) -> None:
    """Add `kg resolve` to the application."""
    app.add_typer(group, name="resolve")


@group.command()
def review(
    graph: GraphArgument,
    undecided: Annotated[bool, typer.Option("--undecided", help="Only what was not joined.")] = False,
    format_: FormatOption = Format.TABLE,
    json_: JsonOption = False,
) -> None:
    """List joins and the joins not made, each with its reason."""
    from silobridge.facade import open as open_graph

    table = open_graph(graph).resolutions(undecided_only=undecided)
    show(table, format_, json_)
    if not table.rows:
        raise typer.Exit(4)


@group.command()
def accept(graph: GraphArgument, form: Form, target: Target, who: Who = "", why: Why = "") -> None:
    """Say that two names mean one concept."""
    from silobridge.facade import open as open_graph

    say(f"decision {open_graph(graph).decide('accept', form, target, who=who, why=why)}: one concept")


@group.command()
def reject(graph: GraphArgument, form: Form, target: Target, who: Who = "", why: Why = "") -> None:
    """Say that two names mean two concepts."""
    from silobridge.facade import open as open_graph

    say(f"decision {open_graph(graph).decide('reject', form, target, who=who, why=why)}: two concepts")


@group.command()
def undo(graph: GraphArgument, decision: Annotated[str, typer.Argument(help="The decision's id.")]) -> None:
    """Take a decision back."""
    from silobridge.facade import open as open_graph

    open_graph(graph).undo(decision)
    say(f"decision {decision} was taken back")
