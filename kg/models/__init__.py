"""Language models that somebody may switch on; nothing here runs by default.

It promises a client that checks what it is told. It refuses to be needed.
"""
