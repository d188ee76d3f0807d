"""Helix loops on graphs with planted loops and on shuffled dates: the commands behind the numbers."""
