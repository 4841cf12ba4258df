"""What a person is shown first: what waits for somebody, what has happened, what is searched for.

High up: it may read any room below; summaries, pages and commands read it.
"""
