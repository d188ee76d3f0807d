"""What the graph is: identifiers, records, the ledger, its views, validation and export."""
