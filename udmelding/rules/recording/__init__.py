"""What can be recorded: each kind of fact declared once, in one class, with its Danish words.

From it commands, pages, the API's schema, imports and the log are made. Only values here: nothing
is asked of a case, and nothing is written.
"""
