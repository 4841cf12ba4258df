"""Starts flows by the name of their deployment, through a Prefect server's web API.

So the pages need not import Prefect, which would cost them a second and 80 MB. Whoever asks is not
kept waiting: the server is on the same machine or near, and one that is slow counts as silent.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from udmelding.errors import OutsideError

_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
_SOON = httpx.Timeout(1.0)


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of a flow that failed or broke off.

    Attributes:
        name: the run's name; a case's reference for its lifecycle.
        at: when it began.
        message: what the engine says of it.
    """

    name: str
    at: dt.datetime
    message: str


class PrefectApi:
    """One Prefect server."""

    def __init__(
        self, url: str, auth: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        """Remember the server; connects to nothing.

        Args:
            url: where its API begins, such as ``http://127.0.0.1:4200/api``.
            auth: its ``PREFECT_SERVER_API_AUTH_STRING``; empty if it asks for none.
            transport: for tests.
        """
        shown = base64.b64encode(auth.encode()).decode()
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Basic {shown}"} if auth else {},
            timeout=_TIMEOUT,
            transport=transport,
            trust_env=False,  # a proxy for the internet is none for this machine
        )

    def answers(self) -> bool:
        """Whether the server is there, found out within a second."""
        try:
            return self._client.get("/health", timeout=_SOON).is_success
        except httpx.HTTPError:
            return False

    def failed_runs(self, since: dt.datetime, most: int = 5) -> tuple[FailedRun, ...]:
        """The last runs that failed since then, newest first; those within other runs left out.

        Raises:
            OutsideError: the server does not answer as it should, or not within a second.
        """
        wanted = {
            "flow_runs": {
                "state": {"type": {"any_": ["FAILED", "CRASHED"]}},
                "start_time": {"after_": since.isoformat()},
                "parent_task_run_id": {"is_null_": True},
            },
            "sort": "START_TIME_DESC",
            "limit": most,
        }
        try:
            answer = self._client.post("/flow_runs/filter", json=wanted, timeout=_SOON)
            runs = answer.raise_for_status().json()
            return tuple(
                FailedRun(
                    name=str(run["name"]),
                    at=dt.datetime.fromisoformat(run["start_time"]).astimezone(since.tzinfo),
                    message=str((run["state"] or {}).get("message") or ""),
                )
                for run in runs
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutsideError("Prefect svarer ikke, som det skal.", is_temporary=True) from error

    def cron(self, name: str) -> str:
        """When a deployment starts by itself, in cron's words; empty where it does not.

        Raises:
            OutsideError: the server does not answer within a second, or knows no such deployment.
        """
        try:
            answer = self._client.get(f"/deployments/name/{name}", timeout=_SOON)
            schedules = answer.raise_for_status().json()["schedules"]
            return next((str(o["schedule"]["cron"]) for o in schedules if o["active"]), "")
        except httpx.HTTPStatusError as error:
            raise _refused(name, error.response.status_code) from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise _silent(error) from error

    def start(self, name: str, parameters: Mapping[str, Any], key: str) -> str:
        """Ask for a run of a deployment; a runner picks it up.

        Args:
            name: ``flow/deployment``.
            parameters: values that JSON can hold.
            key: a second call with the same key starts nothing.

        Returns:
            The id of the run.

        Raises:
            OutsideError: the server does not answer, refuses, or knows no such deployment.
        """
        try:
            found = self._client.get(f"/deployments/name/{name}").raise_for_status().json()
            wanted = {"parameters": dict(parameters), "idempotency_key": key}
            path = f"/deployments/{found['id']}/create_flow_run"
            return str(self._client.post(path, json=wanted).raise_for_status().json()["id"])
        except httpx.HTTPStatusError as error:
            raise _refused(name, error.response.status_code) from error
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise _silent(error) from error


def _silent(error: Exception) -> OutsideError:
    said = f"Prefect svarer ikke, som det skal ({type(error).__name__})."
    return OutsideError(said, is_temporary=True)


def _refused(name: str, status: int) -> OutsideError:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return OutsideError("Prefect afviser adgangen; se prefect.auth.", is_temporary=False)
    if status == httpx.codes.NOT_FOUND:
        return OutsideError(
            f"Prefect kender ikke «{name}»; er flowene startet (udmelding serve)?",
            is_temporary=True,
        )
    return OutsideError(f"Prefect svarer med fejl {status}.", is_temporary=status >= 500)
