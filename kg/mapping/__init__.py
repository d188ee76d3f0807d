"""How ledger rows become triples, and nodes and edges."""
