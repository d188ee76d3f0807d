"""What `Graph.hindcast`, `Graph.forecast` and `Graph.openings` hand out.

It promises answers computed once, when somebody looks. It refuses to change the graph.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from silobridge.handles import _level, _Shown
from silobridge.kg.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silobridge.kg.ledger.store import Ledger
    from silobridge.queries.hindcast.ahead import Ahead
    from silobridge.queries.hindcast.answer import Hindcast
    from silobridge.queries.hindcast.from_graph import World
    from silobridge.queries.lookup import Concept
    from silobridge.queries.openings import Opening, Openings
    from silobridge.queries.table import Table


@dataclass(frozen=True)
class Question:
    """What `Graph.hindcast` was asked; the words are explained there."""

    as_of: int | None = None
    horizon: int = 3
    levels: tuple[str, ...] = ()
    papers: int = 3
    documents: int = 20
    vocabulary: tuple[str, ...] = ()
    rewired: int = 0
    seeds: int = 3


def forms(file: Path | None) -> tuple[str, ...]:
    """Read concept forms, one a line; empty lines are left out.

    Raises
    ------
    ReadError
        There is no such file.
    """
    if file is None:
        return ()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as missing:
        raise ReadError(
            "the vocabulary cannot be read", where=str(file), hint="name a file of one concept form a line"
        ) from missing
    return tuple(line.strip() for line in lines if line.strip())


class HindcastResult(_Shown):
    """A hindcast of one graph: every score, on every set of controls.

    Parameters
    ----------
    ledger
        The graph's ledger.
    question
        What is asked.
    """

    def __init__(self, ledger: "Ledger", question: Question) -> None:
        self.ledger = ledger
        self.question = question

    @cached_property
    def world(self) -> "World":
        """The graph's documents, cut at the year; this is where years that do not suffice are refused."""
        from silobridge.queries.hindcast.from_graph import of_graph
        from silobridge.queries.matrices import matrices

        asked = self.question
        least = max(2, asked.documents // 4)
        return of_graph(
            matrices(self.ledger), (asked.as_of, asked.horizon), asked.levels, least, asked.vocabulary
        )

    @cached_property
    def answer(self) -> "Hindcast":
        """Rows, calibration, excess and notes."""
        from silobridge.queries.hindcast.answer import HindcastAsk, hindcast

        ask = HindcastAsk(seeds=self.question.seeds, rewired=self.question.rewired)
        rule = replace(ask.rule, papers=self.question.papers, documents=self.question.documents)
        return hindcast(self.world, replace(ask, rule=rule))

    @cached_property
    def table(self) -> "Table":
        """One row for each set and score."""
        return self.answer.table

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html or .json."""
        from silobridge.queries.hindcast.answer import COLUMNS, LIMITS
        from silobridge.queries.report.sheet import Sheet, write_sheet

        found = self.answer
        return write_sheet(
            Path(out), Sheet(found.title, found.notes, COLUMNS, found.rows, LIMITS, record=found)
        )


class OpeningList(_Shown):
    """Unlinked pairs of domains, the likeliest to be joined first.

    Parameters
    ----------
    ledger
        Where they are found.
    level, horizon, top
        As in `Graph.openings`.
    """

    def __init__(self, ledger: "Ledger", level: str, horizon: int, top: int) -> None:
        self.ledger = ledger
        self.level = _level(level)
        self.limits = (horizon, top)

    def __len__(self) -> int:
        return len(self.answer.openings)

    def __iter__(self) -> "Iterator[Opening]":
        return iter(self.answer.openings)

    @cached_property
    def answer(self) -> "Openings":
        """The openings, and how well the score did on the graph's own past."""
        from silobridge.queries.matrices import matrices
        from silobridge.queries.openings import OpeningAsk, openings

        horizon, top = self.limits
        return openings(matrices(self.ledger), OpeningAsk(*self.level, horizon=horizon, top=top))

    @cached_property
    def table(self) -> "Table":
        """One row for each opening."""
        return self.answer.table

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html or .json."""
        from silobridge.queries.openings import COLUMNS, LIMITS
        from silobridge.queries.report.sheet import Sheet, write_sheet

        found = self.answer
        rows = tuple(tuple(row) for row in self.table.rows)
        return write_sheet(Path(out), Sheet(found.title, found.notes, COLUMNS, rows, LIMITS, record=found))


class Forecast(_Shown):
    """What one concept is likely to be used with next.

    Parameters
    ----------
    ledger
        Where it is found.
    form
        The concept's form.
    question
        Horizon, levels, and what counts as a bridge.
    top
        How many at most.
    """

    def __init__(self, ledger: "Ledger", form: str, question: Question, top: int) -> None:
        self.ledger = ledger
        self.form = form
        self.question = question
        self.top = top

    def __len__(self) -> int:
        return len(self.answer.rows)

    @cached_property
    def answer(self) -> "Ahead":
        """The candidates in order, with the concepts that link them."""
        from silobridge.queries.hindcast.ahead import ahead
        from silobridge.queries.hindcast.from_graph import of_graph
        from silobridge.queries.hindcast.negatives import Rule
        from silobridge.queries.matrices import matrices

        asked = self.question
        least = max(2, asked.documents // 4)
        years = (asked.as_of, asked.horizon)
        world = of_graph(matrices(self.ledger), years, asked.levels, least, ahead=True)
        return ahead(world, self.form, Rule(papers=asked.papers, documents=asked.documents), self.top)

    @cached_property
    def table(self) -> "Table":
        """One row for each candidate."""
        return self.answer.table

    def report(self, out: "str | Path") -> Path:
        """Write a report: .md, .html or .json."""
        from silobridge.queries.hindcast.ahead import COLUMNS, LIMITS
        from silobridge.queries.report.sheet import Sheet, write_sheet

        found = self.answer
        return write_sheet(
            Path(out), Sheet(found.title, found.notes, COLUMNS, found.rows, LIMITS, record=found)
        )


class Hindcasting:
    """What a graph can do with its own past."""

    if TYPE_CHECKING:

        @cached_property
        def ledger(self) -> "Ledger":
            """The graph's ledger."""

        def concept(self, text: str) -> "Concept":
            """Return the concept with that id, label or alias."""
            raise LookupError(text)

    def hindcast(
        self,
        as_of: int | None = None,
        *,
        horizon: int = 3,
        levels: Sequence[str] = (),
        papers: int = 3,
        documents: int = 20,
        vocabulary: "str | Path | None" = None,
        rewired: int = 0,
        seeds: int = 3,
    ) -> HindcastResult:
        """Test the forecast of new bridges on the graph's own past; computed when looked at.

        Parameters
        ----------
        as_of
            Last known year; the latest that leaves a horizon if not said.
        horizon
            Years after it that are asked about.
        levels
            ``SCHEME:LEVEL`` of the domains between which bridges are looked for.
        papers, documents
            Later documents that make a bridge, and documents each end needs up to the cut.
        vocabulary
            File of concept forms to use, one a line.
        rewired
            Rewired graphs to subtract; 0 leaves that out.
        seeds
            Models whose mean is the forecast.
        """
        words = forms(Path(vocabulary)) if vocabulary else ()
        asked = Question(as_of, horizon, tuple(levels), papers, documents, words, rewired, seeds)
        return HindcastResult(self.ledger, asked)

    def openings(self, level: str = "openalex:subfield", *, horizon: int = 3, top: int = 20) -> "OpeningList":
        """Rank unlinked pairs of domains by the chance that a document joins them; computed when looked at.

        Parameters
        ----------
        level
            ``SCHEME:LEVEL`` of the domains.
        horizon
            Years within which a pair should open; the graph's own past is cut into such steps to learn from.
        top
            How many at most.
        """
        return OpeningList(self.ledger, level, horizon, top)

    def forecast(
        self, concept: str, *, horizon: int = 3, levels: Sequence[str] = (), papers: int = 2, top: int = 20
    ) -> Forecast:
        """Rank what a concept is likely to be used with next, in other domains; computed when looked at.

        Parameters
        ----------
        concept
            Its name.
        horizon
            Years ahead.
        levels
            ``SCHEME:LEVEL`` of the domains between which bridges are looked for.
        papers
            Documents that make a bridge.
        top
            How many at most.
        """
        asked = Question(horizon=horizon, levels=tuple(levels), papers=papers)
        return Forecast(self.ledger, self.concept(concept).form, asked, top)
