"""What a hindcast knows about the world: who used which concept, when, in which domain.

It promises plain arrays with checked shapes, cut by date in one place only. It refuses documents
without a date: the caller drops and counts them, because an undated document may come from the future.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from silobridge.kg.errors import UsageError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Matrix = Any  # a scipy.sparse CSR matrix: scipy ships no types


def month(text: str) -> int:
    """Count months since year 0, so that cuts and horizons are integer arithmetic.

    Parameters
    ----------
    text
        ``YYYY`` (its December) or ``YYYY-MM`` (longer dates are cut there).

    Raises
    ------
    UsageError
        The text is neither.

    Examples
    --------
    >>> month("2014-12") - month("2011") == 36
    True
    """
    year, dash, rest = text.partition("-")
    number = rest[:2] if dash else "12"
    if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
        raise UsageError(f"{text!r} is no date", expected="YYYY or YYYY-MM", hint="give the cut as 2014-12")
    return int(year) * 12 + int(number) - 1


@dataclass(frozen=True)
class Corpus:
    """Hold documents × concepts with a month and a domain per document.

    Parameters
    ----------
    use
        Documents × concepts, CSR, any positive value where a document uses a concept.
    months
        Month of each document, as :func:`month` counts it.
    domain
        Position in ``domains`` of each document's domain, -1 where it has none.
    domains
        Names of the domains between which a bridge is looked for.
    labels
        Names of the concepts, in the columns' order.
    categories
        Documents × finer classes, CSR; zero columns where none are known.
    """

    use: Matrix
    months: Ints
    domain: Ints
    domains: tuple[str, ...]
    labels: tuple[str, ...]
    categories: Matrix

    def __post_init__(self) -> None:
        documents, concepts = self.use.shape
        found = (len(self.months), len(self.domain), self.categories.shape[0], len(self.labels))
        if found != (documents, documents, documents, concepts):
            raise UsageError(
                f"months, domains, categories and labels have lengths {found}",
                expected=f"{documents} documents and {concepts} concepts",
                hint="give every array one entry per document (labels: one per concept)",
            )

    def between(self, after: int | None, until: int) -> "Corpus":
        """Keep the documents dated later than ``after`` and not later than ``until``."""
        keep = self.months <= until
        if after is not None:
            keep &= self.months > after
        return self.rows(np.flatnonzero(keep))

    def rows(self, rows: Ints) -> "Corpus":
        """Keep these documents, in this order."""
        return replace(
            self,
            use=self.use[rows],
            months=self.months[rows],
            domain=self.domain[rows],
            categories=self.categories[rows],
        )

    def concepts(self, columns: Ints) -> "Corpus":
        """Keep these concepts, in this order, and every document: another vocabulary of the same world."""
        labels = tuple(self.labels[int(column)] for column in columns)
        return replace(self, use=self.use[:, columns].tocsr(), labels=labels)

    def without_copies(self, identifiers: Sequence[str]) -> "Corpus":
        """Keep the first document of each identifier: a copy is no second paper."""
        first = np.unique(np.asarray(identifiers), return_index=True)[1]
        return self.rows(np.sort(first))

    def profile(self) -> Floats:
        """Count, for each concept, its documents in each domain (concepts × domains)."""
        known = np.flatnonzero(self.domain >= 0)
        place = sparse.csr_matrix(
            (np.ones(len(known)), (known, self.domain[known])), shape=(len(self.domain), len(self.domains))
        )
        return np.asarray((self.use.T @ place).todense(), dtype=np.float64)


def corpus(
    use: Matrix,
    months: Ints,
    domain: Ints,
    names: tuple[Sequence[str], Sequence[str]],
    categories: Matrix | None = None,
) -> Corpus:
    """Build a corpus from arrays, whatever the values of ``use``: a document uses a concept or does not.

    Parameters
    ----------
    use, months, domain, categories
        As in :class:`Corpus`; ``categories`` may be left out.
    names
        The names of the domains and the names of the concepts.
    """
    binary = sparse.csr_matrix(use, dtype=np.float64, copy=True)
    binary.sum_duplicates()
    binary.eliminate_zeros()
    binary.data[:] = 1.0
    finer = sparse.csr_matrix((use.shape[0], 0)) if categories is None else sparse.csr_matrix(categories)
    return Corpus(
        binary,
        np.asarray(months, dtype=np.int64),
        np.asarray(domain, dtype=np.int64),
        tuple(names[0]),
        tuple(names[1]),
        finer,
    )
