"""Text: which language it is in, and where its sentences lie."""
