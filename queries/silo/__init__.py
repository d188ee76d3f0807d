"""The parts of silos: which pairs and links there are, what is usual, and what is told beside a silo.

It promises that importing it costs nothing; `queries.silos` is the door.
"""
