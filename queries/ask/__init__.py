"""Understanding a question in plain words.

It promises no language model and no silent guess. It refuses what does not fit.
"""
