"""Files to ledger: readers, text, extractors, resolution, and the pipeline that orders them."""
