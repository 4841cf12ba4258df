"""Figures, the report and its remarks, for the secretariat and for invited readers.

Shows what ``casework.report`` made; readers see only what circulates.
"""
