"""Taxonomies and crosswalks (being written)."""
import pyarrow as pa
from silobridge.kg.ledger.schema import arrow_schema
def catalogue() -> dict[str, pa.Table]:
    return {name: arrow_schema(name).empty_table() for name in ("domain", "crosswalk")}
