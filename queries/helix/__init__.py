"""Helix loops: whether a concept goes round from science to patents to industry and back.

It promises that importing it costs nothing. Start at `loops.loops` (all concepts) and `loops.lineage` (one).
"""
