"""Hindcast on the arXiv concept network: the commands behind the published numbers."""
