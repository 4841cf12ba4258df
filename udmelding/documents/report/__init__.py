"""The joint report as Word and PDF, its charts, and its figures as Excel and CSV.

From values of ``rules.report`` to bytes: nothing is counted or hidden here.
"""
