"""The one mapping from ledger rows to triples, and to nodes and edges."""
