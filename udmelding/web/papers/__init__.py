"""Papers, letters and the text for the next meeting, to read, copy or fetch.

Files come ready from ``casework.papers``.
"""
