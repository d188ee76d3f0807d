"""Hindcast: how often the method that names new bridges was right about the past.

It promises one code path on plain arrays (documents × concepts, dates, domains), so that a graph's own
ledger and a frozen benchmark are judged by the same lines. It refuses to read anything dated after the
cut when it computes a feature.
"""
