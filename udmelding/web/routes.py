"""Which pages are there?"""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import iter_route_contexts


def paths_of(request: Request) -> frozenset[str]:
    """The paths of the app's routes, as they are written, such as ``/kommuner/{code}``.

    FastAPI keeps the routes of an included router in that router: ``app.routes`` names none.
    """
    return frozenset(route.path or "" for route in iter_route_contexts(request.app.routes))
