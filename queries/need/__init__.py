"""From a need in plain words to what other fields know about it, and back.

It promises answers whose every step is shown. It refuses to hide which field it took for the asker's own.
"""
