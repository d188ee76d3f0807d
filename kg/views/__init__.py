"""What is derived from the ledger and can be thrown away."""
