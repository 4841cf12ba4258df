"""A case as frozen values, and how each party stands in it: the ground for all other rules.

Facts, actions, the words for them, a council's way; no plan and no deadline yet.
"""
