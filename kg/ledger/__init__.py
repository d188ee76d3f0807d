"""The columnar truth of a graph: schema, append, forget, decisions."""
