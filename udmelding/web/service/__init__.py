"""The app put together: routes, headers, the API, starting flows, the state of the program.

The top of the floor: it takes in every room's ``router``, and no room imports it.
"""
