"""The pages of one case: status, map, matrix, plan, debts, documents, log.

Loads, asks the rules, renders.
"""
