"""The plan drawn and published: the year wheel, and the calendar feed as ICS.

From values of ``rules.plan`` to bytes.
"""
