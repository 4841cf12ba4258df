"""A question set in the browser: the municipality's form, the collection, the workbooks.

Typed text goes to ``casework.forms`` as it came; flaws come back to their fields.
"""
