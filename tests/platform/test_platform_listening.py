"""An answer leaves at once: no connection of the server waits for the receipt of what it sent before."""

from __future__ import annotations

import asyncio
import socket

from bomtool.platform import server


def test_connections_send_without_delay() -> None:
    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken = writer.get_extra_info("socket")
            found.set_result(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = server._listen("127.0.0.1", 0)
        async with await asyncio.start_server(answer, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            delay = await asyncio.wait_for(found, 20)
            writer.close()
            await writer.wait_closed()
        return delay

    assert asyncio.run(accepted()) != 0
