"""The delivery tells webhooks after the mail, and is none the worse when that goes wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from models import DeliveryState
from udmelding import clock
from udmelding.casework.demo import playing as demo
from udmelding.casework.webhooks.setup import add_webhook, one_webhook
from udmelding.casework.wiring import Services
from udmelding.errors import OutsideError

pytestmark = [pytest.mark.engine, pytest.mark.database]

REFERENCE = "CU-GRAVIDE-2025"
LAUNCHED = clock.at(dt.date(2024, 5, 15), "14:00")
NOBODY = "http://127.0.0.1:9/"
"""The port where by old custom everything is thrown away: nobody answers."""


@pytest.fixture
def launched(prefect_engine: None, services: Services) -> Services:
    """A case that was launched, told to a webhook that nobody listens at."""
    add_webhook(services, name="sagssystem", url=NOBODY, events=(), by="test", now=LAUNCHED)
    file = next(f for f in demo.shipped_cases() if f.shape.reference == REFERENCE)
    demo.happen(services, demo.events([file])[0])
    return services


async def test_the_delivery_sends_the_mail_and_then_tells_webhooks(launched: Services) -> None:
    from flows.deliver import deliver
    from flows.lifecycle import announcement_lifecycle

    await announcement_lifecycle(REFERENCE, LAUNCHED)
    assert await deliver(LAUNCHED) == {"as_file": 18}
    deliveries = one_webhook(launched, 1)[1]
    assert {one.state for one in deliveries} == {DeliveryState.PENDING}
    assert sum(one.attempts for one in deliveries) == 1, "nobody answered the first"


async def test_what_goes_wrong_with_webhooks_does_not_fail_the_delivery(
    launched: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import tasks
    from flows.deliver import deliver
    from flows.lifecycle import announcement_lifecycle

    def broken(*_: object) -> None:
        raise OutsideError("Disken er fuld.", is_temporary=False)

    monkeypatch.setattr(tasks, "deliver_webhooks", broken)
    await announcement_lifecycle(REFERENCE, LAUNCHED)
    assert await deliver(LAUNCHED) == {"as_file": 18}
