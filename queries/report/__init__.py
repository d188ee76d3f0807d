"""Reports: bridges, silos and paths as Markdown, HTML and JSON, with one wording for all.

It promises that importing it costs nothing; each format is a module with `bridges`, `silos` and `paths`.
"""
