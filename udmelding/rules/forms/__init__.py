"""What an answer to a question set may say: conditions, bounds, sums, rows.

Typed text in, values or flaws out; the same for page, workbook and telephone.
"""
