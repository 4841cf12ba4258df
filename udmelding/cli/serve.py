"""``udmelding serve``: the pages."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADRESSE", help="Ellers fra opsætningen.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="PORT", help="Ellers fra opsætningen.")
    ] = None,
) -> None:
    """Start siderne. Stop dem med Ctrl-C.

    Eksempel:

      udmelding serve --port 8080
    """
    import uvicorn

    from udmelding.casework.services import open_services
    from udmelding.web.app import create_app

    with open_services() as services:
        web = services.settings.web
        app = create_app(services)
        typer.echo(f"Siderne er på {web.url}. Stop med Ctrl-C.", err=True)
        uvicorn.run(
            app,
            host=host or web.host,
            port=port or web.port,
            log_level="warning",
            access_log=False,  # addresses of personal links must not stand in a log
            server_header=False,
            proxy_headers=False,
        )
