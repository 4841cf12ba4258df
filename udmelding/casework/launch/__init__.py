"""From a letter to a launched case: the preview of plan and mails, the launch, a rehearsal.

Nothing here is saved or sent before the caseworker has seen it.
"""
