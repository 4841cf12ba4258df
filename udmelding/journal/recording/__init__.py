"""The one way in for a fact: checked, recorded, told, and the rest brought in step with it.

No fact is written anywhere else; nothing here commits.
"""
