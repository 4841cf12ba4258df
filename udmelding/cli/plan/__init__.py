"""The commands that plan, explain, foresee and list meetings, and change a case's rules.

Prints values of ``rules.plan``; computes nothing.
"""
