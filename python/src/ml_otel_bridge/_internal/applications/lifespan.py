"""The end of an ASGI application's life: what is recorded is sent there.

uvicorn ends a process by the signal it got, so that `atexit` never runs: this is the last moment there is.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ml_otel_bridge._internal.client.client import Client

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


async def flush_in_thread(client: Client) -> None:
    """Flushes without holding up the event loop, within the client's `shutdown_timeout`."""
    await asyncio.get_running_loop().run_in_executor(None, client.flush_at_exit)


async def live(app: Asgi, client: Client, scope: Message, receive: Receive, send: Send) -> None:
    """Runs the lifespan of an application, which need not have one, and flushes before its end is confirmed.

    An application without a lifespan raises or returns before it takes the first message (ASGI lifespan 2.0);
    then the protocol is spoken in its place.
    """
    asked = False

    async def listened() -> Message:
        nonlocal asked
        asked = True
        return await receive()

    async def flushed(message: Message) -> None:
        if message['type'] in {'lifespan.shutdown.complete', 'lifespan.shutdown.failed'}:
            await flush_in_thread(client)
        await send(message)

    try:
        await app(scope, listened, flushed)
    except Exception:
        if asked:
            raise
    if asked:
        return
    await receive()
    await send({'type': 'lifespan.startup.complete'})
    await receive()
    await flush_in_thread(client)
    await send({'type': 'lifespan.shutdown.complete'})
