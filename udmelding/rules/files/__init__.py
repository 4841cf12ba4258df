"""What a text or a file's name may hold: CPR numbers found and graded, safe names.

Pure text in, findings out; opening files is ``documents.files``.
"""
