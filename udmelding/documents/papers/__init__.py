"""Papers, letters and the records register as files, from values that ``rules.papers`` made.

Look and layout only: no sentence about a case is composed here.
"""
