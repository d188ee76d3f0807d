"""Plain questions to a graph: understand, run, and give the answer with what was done.

It promises that the answer names the query it came from, what was assumed and what was not understood. It
refuses to run anything where the question fits nothing, and says what could have been meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from silobridge.kg.errors import NothingFound

if TYPE_CHECKING:
    from silobridge.facade import Graph
    from silobridge.queries.ask.by_model import Written
    from silobridge.queries.ask.record import Understood
    from silobridge.queries.table import Table

INSTEAD = {
    "disciplines-of-methods-for": "disciplines-of-concept",
    "methods-against": "co-used-concepts",
    "methods-used-for": "co-used-concepts",
    "uses-of": "claims-about",
    "causes-of": "claims-about",
    "parts-of": "co-used-concepts",
    "failures-about": "claims-about",
}
"""What is shown, and said to be shown, where no document makes a claim of the kind asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a plain question.

    Parameters
    ----------
    understood
        The question as it was read.
    ran
        The query whose rows these are: that of the question, or the one shown instead.
    table
        The rows.
    sentences
        Documents and sentences behind them.
    notes
        What the reader has to know.
    """

    understood: "Understood"
    ran: str
    table: "Table"
    sentences: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the answer as one record."""
        return {
            "question": self.understood.question, "query": self.understood.query, "ran": self.ran,
            "params": self.understood.params, "notes": list(self.notes), "not_understood": list(self.understood.unknown),
            "position": self.table.position, "columns": list(self.table.columns), "rows": list(self.table),
            "sentences": [{"document": document, "sentence": text} for document, text in self.sentences],
        }  # fmt: skip


def understand(graph: "Graph", question: str) -> "Understood":
    """Read a question against a graph, and run nothing.

    Raises
    ------
    NothingFound
        If nothing here answers it; the error lists what could have been meant.
    """
    from silobridge.queries.ask.understand import understand as read

    with graph.ledger.reading() as connection:
        found = read(connection, question)
    if not found.query:
        raise NothingFound(
            found.reason,
            where="; ".join(found.notes),
            expected="for example: " + " · ".join(found.suggestions) if found.suggestions else "",
            hint="kg query GRAPH --list shows every question there is",
        )
    return found


def answer(
    graph: "Graph", found: "Understood", *, engine: str = "sparql", limit: int = 20, timeout: float = 30.0
) -> Answer:
    """Run what a question was understood to ask.

    Parameters
    ----------
    graph
        The graph.
    found
        From `understand`.
    engine
        'sparql' or 'cypher', for named questions.
    limit, timeout
        The most rows and the most seconds.
    """
    from silobridge.queries.ask.sentences import sentences
    from silobridge.queries.run import library

    ran, notes = found.query, list(found.notes)
    if ran not in library():
        table = _command(graph, ran, found.params, limit)
    else:
        table = graph.query(ran, engine=engine, limit=limit, timeout=timeout, **found.params)
        if not table.rows and ran in INSTEAD:
            ran = INSTEAD[ran]
            notes.append(f"no document here claims this; shown instead: {library()[ran].title} ({ran})")
            known = {param.name for param in library()[ran].params}
            params = {name: value for name, value in found.params.items() if name in known}
            table = graph.query(ran, engine=engine, limit=limit, timeout=timeout, **params)
    with graph.ledger.reading() as connection:
        behind = sentences(connection, ran, found.params, table)
    return Answer(found, ran, table, tuple(behind), tuple(notes))


def written(graph: "Graph", question: str, model: str, engine: str = "sparql") -> "Written":
    """Have a chat model write the query for a question; it is checked to only read, and not run here.

    Parameters
    ----------
    graph
        The graph; the answers and costs of its models are kept in its folder.
    model
        URL#NAME. The key is read from SILOBRIDGE_MODEL_KEY.
    engine
        'sparql' or 'cypher'.

    Raises
    ------
    ModelError
        If the model cannot be reached, or gives no query that only reads.
    """
    from silobridge.kg.models.chat import Chat, Model
    from silobridge.queries.ask.by_model import write
    from silobridge.queries.ask.understand import understand as read

    with graph.ledger.reading() as connection:
        found = read(connection, question).found
    return write(Chat(Model.parse(model), graph.folder / "models"), question, engine, found)


def _command(graph: "Graph", name: str, params: Mapping[str, Any], limit: int) -> "Table":
    from silobridge.queries.table import Table

    if name == "bridges":
        return graph.bridges(top=limit, **params).table
    if name == "silos":
        return graph.silos(top=limit, **params).table
    if name == "paths":
        return graph.paths(**params).table
    if name == "stats":
        return Table(("what", "count"), tuple(graph.stats().items()), "What the graph holds")
    record = graph.describe(str(params["id"]))
    rows = [
        (key, value)
        for key, value in record.items()
        if value not in ("", None) and not isinstance(value, list)
    ]
    rows += [
        (key, str(item))
        for key, value in record.items()
        if isinstance(value, list) and key != "claims"
        for item in value
    ]
    return Table(("what", "value"), tuple(rows), str(record.get("label", params["id"])))


def spelled(name: str, engine: str) -> str:
    """Give the text of a named question in SPARQL or Cypher; empty for a command."""
    from silobridge.queries.run import library

    question = library().get(name)
    return (question.sparql if engine == "sparql" else question.cypher) if question else ""
