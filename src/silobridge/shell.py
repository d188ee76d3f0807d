"""The shell's statements: questions in plain words, SPARQL and Cypher, one at a time.

It promises the same answers as the commands, an error that ends a statement and never the shell, and that
it works from a pipe as from a terminal. It refuses to write anything into the graph.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from silobridge.kg.errors import SilobridgeError, UnknownName, UsageError

if TYPE_CHECKING:
    from silobridge.facade import Graph
    from silobridge.queries.table import Table

LANGUAGES = ("ask", "sparql", "cypher")
HELP = """\
A line is a question in plain words; \\sparql and \\cypher change the language.
SPARQL and Cypher may run over several lines: a blank line, or ; at the end, sends them.

  \\ask [QUESTION]         plain words, English or Chinese
  \\sparql [QUERY]         SPARQL; the prefixes sb:, skos:, dcterms:, cito:, prov:, … are known
  \\cypher [QUERY]         Cypher
  \\query NAME [K=V …]     a named question; \\list shows them
  \\show THING             a document, domain or concept
  \\plan [QUERY]           how the engine would run the query, or the last one
  \\table  \\csv            how rows are shown
  \\limit N  \\timeout S    most rows, most seconds
  \\help  \\quit"""
KEYWORDS = {
    "ask": ("which", "disciplines", "industries", "organisations", "bridges", "between", "since"),
    "sparql": ("SELECT", "WHERE", "FILTER", "OPTIONAL", "ORDER BY", "LIMIT", "DISTINCT", "COUNT", "VALUES"),
    "cypher": (
        "MATCH",
        "WHERE",
        "RETURN",
        "ORDER BY",
        "LIMIT",
        "WITH",
        "OPTIONAL MATCH",
        "count",
        "DISTINCT",
    ),
}
COMMANDS = (
    "ask",
    "csv",
    "cypher",
    "help",
    "limit",
    "list",
    "plan",
    "query",
    "quit",
    "show",
    "sparql",
    "table",
    "timeout",
)
LONGEST = 40
"""Characters of a name that completion looks back."""

SHOWN = 20
"""Completions at most."""


class Leave(Exception):  # noqa: N818
    """Somebody wants to leave the shell."""


@dataclass
class Shell:
    """One session.

    Parameters
    ----------
    graph
        The graph that is asked.
    say
        Where talk goes: what was assumed, and errors.
    """

    graph: "Graph"
    say: Callable[[str], None]
    language: str = "ask"
    form: str = "table"
    limit: int = 50
    timeout: float = 30.0
    failed: int = 0
    last: tuple[str, str] = ("", "")
    _pending: list[str] = field(default_factory=list)

    @property
    def prompt(self) -> str:
        """What stands before the line."""
        return f"{self.language}> " if not self._pending else f"{'.' * len(self.language)}> "

    def feed(self, line: str) -> str:
        r"""Take a line, and give what to print; empty while a statement goes on.

        Raises
        ------
        Leave
            At \quit.
        """
        bare = line.strip()
        if bare.startswith("\\") and not self._pending:
            return self._guarded(lambda: self._command(bare))
        if self.language == "ask":
            return self._guarded(lambda: self._run("ask", bare)) if bare else ""
        if bare:
            self._pending.append(line)
        text = "\n".join(self._pending)
        if bare and not (bare.endswith(";") and text.count("{") == text.count("}")):
            return ""
        return self.finish()

    def finish(self) -> str:
        """Run what is pending, as at the end of the input."""
        text = "\n".join(self._pending).strip().rstrip(";").strip()
        self._pending.clear()
        return self._guarded(lambda: self._run(self.language, text)) if text else ""

    def drop(self) -> None:
        """Forget what is pending."""
        self._pending.clear()

    def _guarded(self, work: Callable[[], str]) -> str:
        try:
            return work()
        except SilobridgeError as error:
            self.failed = error.exit_code
            self.say(f"error: {error}")
        except KeyboardInterrupt:
            self.say("interrupted")
        return ""

    def _command(self, line: str) -> str:
        name, _, rest = line[1:].partition(" ")
        rest = rest.strip()
        if name in ("q", "quit", "exit"):
            raise Leave
        if name not in (*COMMANDS, ""):
            raise UnknownName("command", f"\\{name}", [f"\\{one}" for one in COMMANDS])
        if name in LANGUAGES:
            if rest:
                return self._run(name, rest.rstrip(";"))
            self.language = name
            return ""
        if name in ("table", "csv"):
            self.form = name
            return ""
        if name in ("limit", "timeout"):
            self._set(name, rest)
            return ""
        if name == "query":
            return self._named(rest)
        if name == "show":
            return self._run("ask", f"show {rest}")
        if name == "plan":
            return self._plan(rest.rstrip(";"))
        return self._listed() if name == "list" else HELP

    def _listed(self) -> str:
        from silobridge.queries.run import library_table

        return self._shown(library_table())

    def _set(self, name: str, text: str) -> None:
        if not text.replace(".", "", 1).isdigit() or float(text) <= 0 or (name == "limit" and "." in text):
            raise UsageError(f"{text!r} is no {name}", expected=f"\\{name} and a number above 0")
        if name == "limit":
            self.limit = int(text)
        else:
            self.timeout = float(text)

    def _run(self, language: str, text: str) -> str:
        self.last = (language, text)
        if language == "sparql":
            return self._shown(self.graph.sparql(text, limit=self.limit, timeout=self.timeout))
        if language == "cypher":
            return self._shown(self.graph.cypher(text, limit=self.limit, timeout=self.timeout))
        return self._ask(text)

    def _ask(self, text: str) -> str:
        from silobridge.asking import answer, understand

        found = understand(self.graph, text)
        self.say(
            " ".join(
                [
                    "understood as:",
                    found.query,
                    *(f"{name}={value!r}" for name, value in found.params.items()),
                ]
            )
        )
        given = answer(self.graph, found, limit=self.limit, timeout=self.timeout)
        for note in given.notes:
            self.say(f"note: {note}")
        if found.unknown:
            self.say(f"not used: {', '.join(found.unknown)}")
        behind = "".join(f"\n“{sentence}”\n    {document}" for document, sentence in given.sentences)
        return self._shown(given.table) + (f"\n{behind}" if behind and self.form == "table" else "")

    def _named(self, rest: str) -> str:
        import shlex

        try:
            name, *pairs = shlex.split(rest)
        except ValueError:
            raise UsageError(
                "say which question", expected="\\query NAME K=V …", hint="\\list shows them"
            ) from None
        if not all("=" in pair for pair in pairs):
            raise UsageError("a parameter has no '='", expected="K=V; quotes around a value with spaces")
        params = dict(pair.split("=", 1) for pair in pairs)
        return self._shown(self.graph.query(name, limit=self.limit, timeout=self.timeout, **params))

    def _plan(self, text: str) -> str:
        language, query = (self.language, text) if text else self.last
        if language == "ask" and query:
            from silobridge.asking import spelled, understand

            name = understand(self.graph, query).query
            return spelled(name, "cypher").rstrip() or f"{name} is a command: it has no plan"
        if language == "cypher":
            return self._shown(self.graph.cypher(f"EXPLAIN {query}", limit=self.limit, timeout=self.timeout))
        return (
            "the SPARQL engine offers no plan; \\cypher \\plan shows one for Cypher"
            if query
            else "nothing was asked yet"
        )

    def _shown(self, table: "Table") -> str:
        if self.form == "csv":
            return table.to_csv().rstrip("\n")
        return table.to_text() if table.rows else "no rows"

    def complete(self, text: str) -> list[tuple[str, int]]:
        """Give what could stand at the end of a text: each completion, and how many characters it replaces.

        Commands and names of questions after a backslash; else names of concepts, up to four words of
        them, predicates in the spelling of the language, and keywords.
        """
        if text.startswith("\\") and " " not in text:
            return [(f"\\{name}", len(text)) for name in COMMANDS if name.startswith(text[1:])]
        if text.startswith("\\query "):
            from silobridge.queries.run import library

            word = text[len("\\query ") :]
            if " " not in word:
                return [(name, len(word)) for name in library() if name.startswith(word)][:SHOWN]
        for start in _starts(text):
            found = list(self._names(text[start:])) if len(text) - start > 1 else []
            if found:
                return [(name, len(text) - start) for name in found]
        return []

    def _names(self, prefix: str) -> Iterable[str]:
        folded = prefix.lower()
        words = [word for word in self._words[self.language] if word.lower().startswith(folded)]
        start = bisect_left(self._forms, folded)
        # The longest sign of all: everything that starts with the prefix sorts before it.
        stop = bisect_left(self._forms, folded + "\U0010ffff")
        return [*words, *self._forms[start : min(stop, start + SHOWN)]][:SHOWN]

    @cached_property
    def _words(self) -> dict[str, tuple[str, ...]]:
        from silobridge.kg.mapping.graph import EDGES, NODES, PREDICATES

        edges = sorted({edge.type for edge in EDGES})
        nodes = sorted({node.label for node in NODES})
        return {
            "ask": KEYWORDS["ask"],
            "sparql": (
                *KEYWORDS["sparql"],
                *PREDICATES.values(),
                *sorted({edge.predicate for edge in EDGES}),
            ),
            "cypher": (*KEYWORDS["cypher"], *edges, *nodes),
        }

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        from silobridge.queries.ask.typos import Names

        with self.graph.ledger.reading() as connection:
            return Names.read(connection).forms


def _starts(text: str) -> list[int]:
    """Give where a name that is being typed could begin, the longest first: at words and Chinese characters.

    Examples
    --------
    >>> _starts("use heat p"), _starts("用热失")
    ([0, 4, 9], [0, 1, 2])
    """
    places = [place for place in range(max(0, len(text) - LONGEST), len(text)) if text[place].isalnum()]
    return [
        place for place in places if text[place] > "\u33ff" or not re.match(r"\w", text[place - 1 : place])
    ]
