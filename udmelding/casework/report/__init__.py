"""Writing the joint report: figures from answers, versions, rounds of remarks and replies.

What is hidden and how figures are computed: ``rules.report``.
"""
