"""Conclusions (being written)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def follow(connection: "duckdb.DuckDBPyConnection") -> None:
    """Bring the conclusions up to date."""
