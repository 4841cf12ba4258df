"""A form leads on to a page; those that show one themselves are listed, each with its reason."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts

from tests.flat import RENDERS


def posts(web: FastAPI) -> Iterator[tuple[str, type]]:
    """Path and declared answer of each form's route."""
    for context in iter_route_contexts(web.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and "POST" in route.methods:
            yield context.path or "", typing.get_type_hints(route.endpoint).get("return", object)


def test_every_form_that_is_listed_is_there(web: FastAPI) -> None:
    assert set(RENDERS) <= {path for path, _ in posts(web)}


def test_what_can_only_show_a_page_is_listed(web: FastAPI) -> None:
    """Those that may do either are held to it by whoever asks through ``tests.flat.Pages``."""
    assert {path for path, answer in posts(web) if answer is HTMLResponse} <= set(RENDERS)
