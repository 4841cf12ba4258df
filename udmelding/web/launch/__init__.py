"""The start of a new case: its form, plan and mails before anything is sent, a rehearsal.

Nothing is saved before the last step.
"""
