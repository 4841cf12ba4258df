"""The command itself and the service: ``udmelding``, ``serve``, the supervisor, the reference.

The top of the floor: it may import every other room, and no room imports it.
"""
