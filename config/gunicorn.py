"""gunicorn's settings, the same for the demo and a server: `gunicorn -c config/gunicorn.py config.wsgi`."""

import gc
from pathlib import Path
from typing import Any

from environs import Env

env = Env()
bind = f"{env.str('WEB_HOST', '127.0.0.1')}:{env.int('WEB_PORT', 8000)}"
workers = env.int("WEB_WORKERS", 2)
worker_class = "gthread"
threads = env.int("WEB_THREADS", 4)
preload_app = True  # one start for all workers, their memory shared until they write
timeout = 60  # a paper's first rendering takes seconds
graceful_timeout = 15
max_requests = 5000  # a worker that has served this many is replaced, in case something leaks
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Before the workers are forked. What is loaded by now lives as long as they do: the collector need not walk it
    again, nor write into memory the workers share. And it comes less often than once a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
