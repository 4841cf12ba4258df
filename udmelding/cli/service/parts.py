"""What the service consists of: Prefect's server, the runner of flows, and the pages.

Each is told all it needs through its environment. Everything is kept in ``UDMELDING_HOME``, and
nothing leaves the machine.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from udmelding import private
from udmelding.cli.engine import QUIET
from udmelding.cli.service.supervisor import Part
from udmelding.config.settings import Settings, Web, variable
from udmelding.errors import OutsideError

LOCAL = "127.0.0.1"
_OK = 400

# Of what Prefect's server does besides answering and scheduling, one machine needs nothing: no
# automations, no events, no work pools, no leases. Run less, and it needs less memory and, on
# SQLite, never waits for itself.
_NOT_NEEDED = (
    "CANCELLATION_CLEANUP",
    "CLEANUP_RECONCILER",
    "EVENT_LOGGER",
    "EVENT_PERSISTER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "TRIGGERS",
)
_TASK_RUNS = "TASK_RUN_RECORDER"
_KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages listen, and how people reach them."""

    host: str
    port: int
    url: str


def address_of(web: Web, host: str | None, port: int | None) -> Address:
    """The address of the pages; the URL follows ``host`` and ``port`` where it named the old ones.

    Args:
        web: the settings.
        host: instead of the settings' own.
        port: instead of the settings' own.
    """
    own = f"http://{web.host}:{web.port}"
    chosen = Address(host or web.host, port or web.port, web.url)
    if web.url.rstrip("/") != own:
        return chosen
    return Address(chosen.host, chosen.port, f"http://{chosen.host}:{chosen.port}")


@dataclass(frozen=True, slots=True)
class Engine:
    """The Prefect server that the service uses.

    Attributes:
        api_url: where its API begins.
        auth: what it asks for.
        port: where the service starts it; None: it is somebody else's.
    """

    api_url: str
    auth: str
    port: int | None


def engine_of(settings: Settings, port: int | None = None) -> Engine:
    """The server that the settings name, or one of our own with a secret of its own."""
    prefect = settings.prefect
    if prefect.api_url:
        return Engine(prefect.api_url, prefect.auth.get_secret_value(), None)
    own = port or prefect.port
    auth = prefect.auth.get_secret_value() or f"udmelding:{secrets.token_urlsafe(24)}"
    return Engine(f"http://{LOCAL}:{own}/api", auth, own)


def check_outside(engine: Engine) -> None:
    """Make sure that somebody else's Prefect server is there.

    Raises:
        OutsideError: it does not answer.
    """
    if not answers(f"{engine.api_url.rstrip('/')}/health"):
        raise OutsideError(
            f"Prefect-serveren på {engine.api_url} svarer ikke. Start den, ret prefect.api_url, "
            "eller fjern den; så starter udmelding serve sin egen.",
            is_temporary=True,
        )


def parts_of(settings: Settings, engine: Engine, address: Address, demo_day: str) -> list[Part]:
    """The parts in the order in which they start.

    Args:
        settings: of this installation.
        engine: the Prefect server to use.
        address: of the pages.
        demo_day: the ISO date that the pages of a demonstration show; else empty.
    """
    base = _environment(settings, engine, address, demo_day)
    logs = settings.home / "logs"
    own = [] if engine.port is None else [_server(settings, engine.port, engine, base, logs)]
    return [*own, _runner(settings, base, logs, demo_day), _pages(base, logs, address, demo_day)]


def _environment(
    settings: Settings, engine: Engine, address: Address, demo_day: str
) -> dict[str, str]:
    """What all parts are told; nothing of another Prefect on the machine gets through."""
    folder = settings.home / "prefect"
    private.make_folder(folder)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    ours = {
        ("home",): str(settings.home),
        ("prefect", "api_url"): engine.api_url,
        ("prefect", "auth"): engine.auth,
        ("web", "host"): address.host,
        ("web", "port"): str(address.port),
        ("web", "url"): address.url,
    }
    if demo_day:
        ours["mail", "transport"] = "folder"
    shown = {"PREFECT_API_AUTH_STRING": engine.auth} if engine.auth else {}
    return {
        **kept,
        "MALLOC_ARENA_MAX": "2",  # fewer pools of freed memory for many threads
        "PYTHONUNBUFFERED": "1",
        **{variable(trail): value for trail, value in ours.items()},
        **QUIET,
        **shown,
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_API_URL": engine.api_url,
    }


def _server(
    settings: Settings, port: int, engine: Engine, base: Mapping[str, str], logs: Path
) -> Part:
    has_pages = settings.prefect.dashboard
    off = _NOT_NEEDED if has_pages else (*_NOT_NEEDED, _TASK_RUNS)
    env = {
        **base,
        "PREFECT_SERVER_API_AUTH_STRING": engine.auth,
        "PREFECT_SERVER_UI_ENABLED": str(has_pages).lower(),
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(settings.home / "prefect" / "pages"),
        "PREFECT_UI_API_URL": engine.api_url,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEPT_DAYS * 86400),
        **{f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in off},
    }
    start = ("-m", "prefect", "server", "start", "--host", LOCAL, "--port", str(port))
    return Part(
        name="Prefect",
        command=(sys.executable, *start),
        env=env,
        log=logs / "prefect.log",
        is_ready=lambda: answers(f"{engine.api_url}/health"),
        ready_within=180,
        told="Starter Prefect (første gang tager det op mod et halvt minut) …",
    )


def _runner(settings: Settings, base: Mapping[str, str], logs: Path, demo_day: str) -> Part:
    served = settings.home / "prefect" / "served"
    options = ("--ready", str(served), *(("--no-schedule",) if demo_day else ()))
    return Part(
        name="Flowene",
        command=(sys.executable, "-m", "flows.deployments", *options),
        env={**base, "PREFECT_RUNNER_POLL_FREQUENCY": "2"},
        log=logs / "flows.log",
        is_ready=served.exists,
        ready_within=120,
        told="Starter flowene …",
        prepare=lambda: served.unlink(missing_ok=True),
    )


def _pages(base: Mapping[str, str], logs: Path, address: Address, demo_day: str) -> Part:
    return Part(
        name="Siderne",
        command=(
            sys.executable,
            "-m",
            "udmelding.cli.service.pages",
            *((demo_day,) if demo_day else ()),
        ),
        env=base,
        log=logs / "web.log",
        is_ready=lambda: answers(f"http://{reached_at(address.host)}:{address.port}/login"),
        told="Starter siderne …",
    )


def reached_at(host: str) -> str:
    """The address at which this machine reaches what listens on ``host``."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - nothing is bound here
        return LOCAL
    return f"[{host}]" if ":" in host else host


def answers(url: str) -> bool:
    """Whether a GET of ``url`` succeeds within two seconds."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or LOCAL, parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < _OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
