"""Understanding with predicted fields: what `ingest.understand` gives, and domains for documents without codes.

It promises the observations of `ingest.understand`, row for row, and beside them rows of ``predicted``
domains for documents that assert no code. It refuses to touch a document that does. Off by default:
chosen by naming this module as the extractor, and stamped into every document by `VERSION`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from silobridge.ingest import understand as plain
from silobridge.ingest.classify import predict
from silobridge.kg.ledger.schema import arrow_schema
from silobridge.kg.model import Document

if TYPE_CHECKING:
    from silobridge.kg.ledger.append import Batch

VERSION = f"{plain.VERSION}+{predict.VERSION}"
"""Changes whenever the same document could give other rows."""


def understand(documents: Sequence[Document]) -> "Batch":
    """Turn documents into the tables of `ingest.understand.understand`, with predicted domains added.

    Parameters
    ----------
    documents
        What a reader made of a file's records.

    Returns
    -------
    Batch
        A table for every name in `schema.OBSERVATIONS`, with its columns in order.
    """
    import pyarrow as pa

    batch = dict(plain.understand(documents))
    stored = batch["document"].select(["language", "text"]).to_pylist()
    rows: dict[str, list[tuple[Any, ...]]] = {"classification": [], "membership": []}
    for doc, (document, known) in enumerate(zip(documents, stored, strict=True)):
        if document.classifications:
            continue
        found = predict.predict(document.kind, known["language"], known["text"])
        rows["classification"] += [(doc, c.domain, c.weight, c.method, c.reason) for c in found]
        rows["membership"] += [(doc, m.domain, m.weight, m.how, m.reason) for m in predict.memberships(found)]
    for table, added in rows.items():
        schema = arrow_schema(table)
        columns = (
            [
                pa.array(column, field.type)
                for column, field in zip(zip(*added, strict=True), schema, strict=True)
            ]
            if added
            else None
        )
        if columns:
            batch[table] = pa.concat_tables([batch[table], pa.Table.from_arrays(columns, schema=schema)])
    # Every document was read with what this module adds, also those it added nothing to.
    version = batch["document"].schema.get_field_index("extractor")
    stamp = pa.array([VERSION] * len(documents), batch["document"].schema.field(version).type)
    batch["document"] = batch["document"].set_column(version, batch["document"].schema.field(version), stamp)
    return batch
