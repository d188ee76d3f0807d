"""The ledger as matrices: documents × concepts, documents × domains, claims and citations.

It promises one build per version of the ledger, kept on disk beside it, that depends on nothing but
what the ledger holds: the same rows in any order give the same arrays. A text or a work that stands in
several documents counts once. It refuses to loop over rows: DuckDB sorts and numbers, Arrow hands over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from silobridge.kg.errors import UnknownName
from silobridge.kg.ids import mint
from silobridge.kg.ledger.store import Ledger, content_position
from silobridge.queries import cached, copies
from silobridge.queries.names import Names
from silobridge.queries.newcomers import follow

if TYPE_CHECKING:
    import duckdb
    from scipy.sparse import csc_matrix, csr_matrix

Kept = TypeVar("Kept")

VERSION = 2
"""Raised when the arrays' meaning changes, so that a cache of older code is not read."""

_USES = "CREATE TEMP TABLE uses AS SELECT doc, form, mentions FROM usage"
_CONCEPTS = """
    CREATE TEMP TABLE concept AS
    SELECT form, (row_number() OVER (ORDER BY form) - 1)::INTEGER AS col FROM (
        SELECT form FROM uses GROUP BY form HAVING count(*) >= 2
        UNION SELECT subject FROM statement UNION SELECT object FROM statement)"""
_STANDS = """
    CREATE TEMP TABLE stands AS
    SELECT k.row, m.domain, max(m.weight)::FLOAT AS weight
    FROM membership m JOIN kept k USING (doc) GROUP BY ALL"""
_DOMAINS = """
    CREATE TEMP TABLE used_domain AS
    SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS col FROM (SELECT DISTINCT domain AS id FROM stands)"""

_QUERIES = {
    "document": """
        SELECT d.id, d.doc, coalesce(d.year, 0)::SMALLINT AS year, d.kind
        FROM document d JOIN kept k USING (doc) ORDER BY k.row""",
    "concept": """
        WITH surfaces AS (
            SELECT c.col, r.surface, count(*) AS n FROM reference r JOIN concept c USING (form) GROUP BY ALL),
        kinds AS (
            SELECT c.col, r.type, count(*) AS n FROM reference r JOIN concept c USING (form)
            WHERE r.type <> '' GROUP BY ALL),
        labels AS (SELECT col, first(surface ORDER BY n DESC, surface) AS label FROM surfaces GROUP BY col),
        sorts AS (SELECT col, first(type ORDER BY n DESC, type) AS type FROM kinds GROUP BY col)
        SELECT c.form, coalesce(l.label || regexp_extract(c.form, ' [(][^()]*[)]$'), c.form) AS label,
               coalesce(s.type, '') AS type
        FROM concept c LEFT JOIN labels l USING (col) LEFT JOIN sorts s USING (col) ORDER BY c.col""",
    "domain": """
        SELECT u.id, coalesce(d.label, u.id) AS label, coalesce(d.layer, '') AS layer,
               coalesce(d.level, '') AS level, coalesce(d.scheme, '') AS scheme,
               coalesce(d.parent, '') AS parent
        FROM used_domain u LEFT JOIN domain d ON d.id = u.id ORDER BY u.col""",
    "use": """
        SELECT k.row, c.col, u.mentions AS value
        FROM uses u JOIN kept k USING (doc) JOIN concept c USING (form) ORDER BY k.row, c.col""",
    "stand": """
        SELECT s.row, u.col, s.weight AS value
        FROM stands s JOIN used_domain u ON u.id = s.domain ORDER BY s.row, u.col""",
    "claim": """
        SELECT s.col AS row, o.col, count(DISTINCT k.kept)::INTEGER AS value
        FROM statement t JOIN copy k USING (doc)
        JOIN concept s ON s.form = t.subject JOIN concept o ON o.form = t.object
        GROUP BY ALL ORDER BY 1, 2""",
    "cite": """
        WITH known AS (
            SELECT id, kept FROM copy UNION SELECT i.id, c.kept FROM identifier i JOIN copy c USING (doc)),
        target AS (SELECT id, min(kept) AS kept FROM known GROUP BY id)
        SELECT DISTINCT a.row, b.row AS col, 1 AS value
        FROM citation x JOIN copy c USING (doc) JOIN kept a ON a.doc = c.kept
        JOIN target t ON t.id = x.target JOIN kept b ON b.doc = t.kept
        WHERE a.row <> b.row ORDER BY 1, 2""",
}

MOST_KEPT = 8


@dataclass(frozen=True)
class Matrices:
    """What one version of the ledger holds, as arrays; rows are documents, sorted by identifier.

    `doc` holds the ledger's internal numbers, `year` is 0 where unknown, `copies` counts the documents
    left out because their text, or their work, stands in another one with a smaller identifier.
    """

    position: int
    copies: int
    document: Names
    doc: NDArray[np.int32]
    year: NDArray[np.int16]
    kind: NDArray[Any]
    form: Names
    label: Names
    type: NDArray[Any]
    domain: Names
    domain_label: Names
    layer: NDArray[Any]
    level: NDArray[Any]
    scheme: NDArray[Any]
    parent: Names
    uses: "csr_matrix"
    stands: "csr_matrix"
    claims: "csr_matrix"
    cites: "csr_matrix"

    @cached_property
    def used(self) -> "csr_matrix":
        """Documents × concepts, 1 where the document uses the concept."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self.uses.data), np.int32)
        return csr_matrix((ones, self.uses.indices, self.uses.indptr), shape=self.uses.shape)

    @cached_property
    def used_by(self) -> "csc_matrix":
        """The same by concept: which documents use it."""
        return self.used.tocsc()

    @cached_property
    def stands_by(self) -> "csc_matrix":
        """Documents × domains by domain: which documents stand in it."""
        return self.stands.tocsc()

    @cached_property
    def frequency(self) -> NDArray[np.int64]:
        """In how many documents each concept is used."""
        return np.asarray(np.diff(self.used_by.indptr), np.int64)

    @cached_property
    def weighted(self) -> "csr_matrix":
        """Documents × concepts, rare concepts weighing more and each document about the same."""
        from scipy.sparse import diags

        count = len(self.document)
        rare = np.log(max(1, count) / np.maximum(self.frequency, 1)) * (self.frequency > 1)
        length = np.sqrt(np.maximum(np.diff(self.used.indptr), 1))
        return (diags(1 / length) @ self.used.astype(np.float64) @ diags(rare)).tocsr()

    def once(self, name: str, work: Callable[[], Kept]) -> Kept:
        """Return what a measure of the whole graph gave when it was last worked out under that name.

        The latest few are held as long as these matrices are.
        """
        found: Kept | None = self._kept.get(name)
        if found is None:
            found = self._kept[name] = work()
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
        return found

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _domain_column(self) -> dict[str, int]:
        return {identifier: column for column, identifier in enumerate(self.domain)}

    @cached_property
    def _concept_column(self) -> dict[str, int]:
        return {mint("concept", form): column for column, form in enumerate(self.form)}

    def column(self, domain: str) -> int:
        """Return a domain's column.

        Raises
        ------
        UnknownName
            If no document of this graph stands in it.
        """
        found = self._domain_column.get(domain)
        if found is None:
            hint = "no document stands in it, or it is no domain: kg stats lists the domains"
            raise UnknownName("domain in this graph", domain, self.domain, hint=hint)
        return found

    def rows(self, domain: str, weight: float = 0.0) -> NDArray[np.int32]:
        """Return the documents that stand in a domain with more than that weight, in order."""
        column = self.column(domain)
        part = slice(self.stands_by.indptr[column], self.stands_by.indptr[column + 1])
        rows: NDArray[np.int32] = self.stands_by.indices[part][self.stands_by.data[part] > weight]
        return np.sort(rows)

    def rows_using(self, concept: int) -> NDArray[np.int32]:
        """Return the documents that use a concept, in order."""
        rows: NDArray[np.int32] = self.used_by.indices[
            self.used_by.indptr[concept] : self.used_by.indptr[concept + 1]
        ]
        return rows

    def concept(self, text: str) -> int:
        """Return a concept's column, by identifier, by form, or by what its form would be.

        Raises
        ------
        UnknownName
            If no admitted concept has that name.
        """
        found = self._concept_column.get(text, -1) if text.startswith("concept:") else self.form.find(text)
        if found >= 0:
            return found
        from silobridge.kg.forms import normal_form

        for language in ("en", "zh"):
            found = self.form.find(normal_form(text, language))
            if found >= 0:
                return found
        words = normal_form(text).split()
        near = [form for form in self.form if words and words[-1] in form.split()][:24]
        raise UnknownName("concept", text, near, hint="a concept is a term that two documents use")

    def identifier(self, concept: int) -> str:
        """Return a concept's CURIE."""
        return mint("concept", self.form[concept])


_STRINGS = ("document", "form", "label", "domain", "domain_label", "parent")
_ARRAYS = ("doc", "year", "kind", "type", "layer", "level", "scheme")
_SPARSE = ("uses", "stands", "claims", "cites")


def matrices(ledger: Ledger) -> Matrices:
    """Return the ledger's matrices, from the cache of its present version or built and cached now.

    O(mentions) to build, less where documents were only added to a cached version; O(size) to load. Several
    processes may ask at once: each writes aside and renames.
    """
    with ledger.reading() as connection:
        position = content_position(connection)
        file = ledger.folder / "cache" / f"matrices-{VERSION}-{position}-{_merges(connection)}.npz"
        found = cached.load(file, _assemble)
        if found is not None:
            return found
        arrays = _build(connection, position, _earlier(file))
    cached.save(file, arrays)
    return _assemble(arrays)


def _merges(connection: "duckdb.DuckDBPyConnection") -> str:
    """Fingerprint the merges, which change without a line in the journal when somebody decides."""
    row = connection.execute(
        "SELECT xor((SELECT coalesce(bit_xor(hash(form, target)), 0)::UBIGINT FROM alias),"
        ' (SELECT coalesce(bit_xor(hash(id, "of")), 0)::UBIGINT FROM duplicate))'
    ).fetchone()
    return f"{int(row[0]) if row else 0:016x}"


def _earlier(file: Path) -> tuple[Matrices, bool] | None:
    """Read the cache of an earlier version, and say whether its merges were others."""
    others = (
        (cached.load(other, _assemble), other.stem[-16:])
        for other in sorted(file.parent.glob(f"matrices-{VERSION}-*.npz"))
    )
    return next(((found, merges != file.stem[-16:]) for found, merges in others if found is not None), None)


def _build(
    connection: "duckdb.DuckDBPyConnection", position: int, earlier: tuple[Matrices, bool] | None = None
) -> dict[str, Any]:
    copies.lay_out(connection)
    followed = follow(connection, *earlier) if earlier else None
    for statement in (*(() if followed else (_USES, _CONCEPTS)), _STANDS, _DOMAINS):
        connection.execute(statement)
    tables = dict(zip(("concept", "use"), followed or (), strict=False))
    for name, query in _QUERIES.items():
        if name not in tables:
            tables[name] = connection.execute(query).to_arrow_table()
    row = connection.execute("SELECT count(*) FROM copy WHERE doc <> kept").fetchone()
    document, concept, domain = (tables[name] for name in ("document", "concept", "domain"))
    sizes = dict(document=document.num_rows, concept=concept.num_rows, domain=domain.num_rows)
    arrays: dict[str, Any] = {
        "books": np.array([position, row[0] if row else 0, *sizes.values()], np.int64),
        "doc": document["doc"].to_numpy(),
        "year": document["year"].to_numpy(),
        "kind": _words(document["kind"]),
        "type": _words(concept["type"]),
    }
    for column in ("layer", "level", "scheme"):
        arrays[column] = _words(domain[column])
    texts = {
        "document": document["id"], "form": concept["form"], "label": concept["label"],
        "domain": domain["id"], "domain_label": domain["label"], "parent": domain["parent"],
    }  # fmt: skip
    for name, texts_ in texts.items():
        names = Names.of(texts_)
        arrays[f"{name}_data"], arrays[f"{name}_offsets"] = names.data, names.offsets
    for name, table, height in (
        ("uses", "use", "document"), ("stands", "stand", "document"), ("claims", "claim", "concept"),
        ("cites", "cite", "document"),
    ):  # fmt: skip
        rows = tables[table]["row"].to_numpy()
        arrays[f"{name}_indptr"] = np.searchsorted(rows, np.arange(sizes[height] + 1)).astype(np.int32)
        arrays[f"{name}_indices"] = tables[table]["col"].to_numpy().astype(np.int32)
        kind = np.float32 if name == "stands" else np.int32
        arrays[f"{name}_values"] = tables[table]["value"].to_numpy().astype(kind)
    return arrays


def _words(column: Any) -> NDArray[Any]:
    """Turn a column of few short words into a numpy array without a Python object per row."""
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array(encoded.dictionary.to_pylist() or [""], dtype=np.str_)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return words[codes] if len(codes) else np.zeros(0, words.dtype)


def _assemble(arrays: Any) -> Matrices:
    from scipy.sparse import csr_matrix

    position, left_out, documents, concepts, domains = (int(number) for number in arrays["books"])
    shapes = {
        "uses": (documents, concepts), "stands": (documents, domains), "claims": (concepts, concepts),
        "cites": (documents, documents),
    }  # fmt: skip
    parts: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
    for name in _STRINGS:
        parts[name] = Names(arrays[f"{name}_data"], arrays[f"{name}_offsets"])
    for name in _SPARSE:
        triple = (arrays[f"{name}_values"], arrays[f"{name}_indices"], arrays[f"{name}_indptr"])
        parts[name] = csr_matrix(triple, shape=shapes[name])
    return Matrices(position=position, copies=left_out, **parts)
