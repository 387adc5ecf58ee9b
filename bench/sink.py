"""A mail server that takes everything and keeps nothing, in a process of its own: the least a server can cost.

`python -m bench.sink` prints its port and runs until its input ends.
"""

import asyncio
import sys

_END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One session. Answers every command in kind; of a text it only looks for the end."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.line, self.tail, self.in_text = transport, b"", b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        if self.in_text:
            self.tail = (self.tail + data[-len(_END) :])[-len(_END) :]
            if self.tail == _END:
                self.in_text = False
                self.transport.write(b"250 taken\r\n")
            return
        *lines, self.line = (self.line + data).split(b"\r\n")
        for line in lines:
            self.command(line[:4].upper())

    def command(self, verb: bytes) -> None:
        if verb == b"DATA":
            self.in_text, self.tail = True, b""
            self.transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        elif verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n")
        else:
            self.transport.write(b"250 ok\r\n")


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
