"""Bridges between two domains: those that stand, those nobody has built yet, and the strongest of all.

It promises that importing it costs nothing; the work is in `existing`, `predicted` and `strongest`.
"""
