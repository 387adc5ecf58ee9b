"""TCP ports of this machine. Standard library only: the doctor asks before anything is installed."""

import socket

from local.plan import HOST


def is_free(port: int, host: str = HOST) -> bool:
    with socket.socket() as probe:
        # Servers listen in spite of connections that are still winding down; so must the question.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
