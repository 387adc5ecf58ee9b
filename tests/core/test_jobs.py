"""Bells: heard when the broker is there, and no page waits for one that is not."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import redis
from django.conf import settings
from django.core.cache import caches

from core import jobs


class Deaf(socketserver.ThreadingTCPServer):
    """A broker that takes the call and hangs up."""

    daemon_threads = True
    calls = 0

    def finish_request(self, request: object, client_address: object) -> None:
        self.calls += 1


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deaf]:
    with Deaf(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{server.server_address[1]}/0")
        monkeypatch.setattr(jobs, "_quiet_until", 0.0)
        yield server
        server.shutdown()


def test_a_broker_that_hangs_up_is_asked_once_and_then_left_alone(deaf: Deaf, caplog: pytest.LogCaptureFixture) -> None:
    jobs._send("core.tasks.nothing", {})
    jobs._send("core.tasks.nothing", {})
    assert caplog.messages == ["no bell for core.tasks.nothing: the broker does not answer; the next sweep will do it"]
    assert deaf.calls == 1


def test_a_bell_is_heard() -> None:
    with closing(redis.from_url(settings.REDIS_URL)) as broker:
        before = broker.llen("celery")
        jobs._send("core.tasks.nothing", {})
        assert broker.llen("celery") == before + 1
        broker.rpop("celery") if before else broker.delete("celery")


def test_neither_bell_nor_cache_waits_for_redis_longer_than_a_page_may() -> None:
    patience = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    assert patience.items() <= jobs.HURRY.items()
    client = caches["gates"]._cache.get_client()  # what really asks
    assert patience.items() <= client.connection_pool.connection_kwargs.items()
