"""One case as of a moment: its header, its facts loaded as values, its log, its rules.

Reading only: what is written goes through ``recording`` and ``launch``.
"""
