"""Pure rules: from a case, its process and a day to what that means.

What may live here: functions of frozen values (``case``) that return values. Plans, status, what
is due, when to remind, Danish dates and wording. No session, file, socket, clock, log or flow.
May import: vocabularies of ``models``, shapes of ``udmelding.config``, ``udmelding.errors``.
"""
