"""Ledger to answers: the query library, bridges, silos, paths, and their reports."""
