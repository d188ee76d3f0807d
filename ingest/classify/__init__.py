"""Domains for documents that carry no code of their own: predicted, with a reason, or not at all."""
