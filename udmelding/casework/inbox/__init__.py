"""Mail that comes in: fetched, cleaned of CPR numbers, laid to its case, given a meaning.

Reading the bytes is ``outside.inbox``; weighing what they mean is ``rules.inbox``.
"""
