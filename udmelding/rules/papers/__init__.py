"""What papers and letters say: values and sentences for bodies, councils and the agency.

Every date and count comes from ``plan`` and ``status``; layout is ``documents.papers``.
"""
