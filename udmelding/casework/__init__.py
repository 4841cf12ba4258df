"""What the machine does in a case: ask the rules, do each thing once, record it. Without Prefect.

What may live here: use cases that join journal, rules, documents and the outside, as plain
functions. The flows wrap them in retries and names; the command line and tests can call them alone.
May import: everything below (``journal``, ``outside``, ``documents``, ``rules``, ``config``).
"""
