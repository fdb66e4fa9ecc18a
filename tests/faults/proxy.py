"""A TCP proxy before MariaDB that can go silent, cut, and eat the reply to a statement.

It knows a statement when it is executed, whether it comes as text (COM_QUERY) or was prepared
before: then its text came with COM_STMT_PREPARE, and the server's answer to that gave it a number.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Command(IntEnum):
    """The first byte of what a client sends."""

    QUERY = 0x03
    PREPARE = 0x16
    EXECUTE = 0x17
    CLOSE = 0x19
    BULK = 0xFA
    """MariaDB's own: a prepared statement for many rows."""


class Fault(StrEnum):
    """What happens when the awaited statement comes by."""

    HOLE = "hole"
    """Before the statement gets through, the whole network goes silent until `heal`."""
    CUT = "cut"
    """The connection breaks before the statement reaches the server."""
    EAT = "eat"
    """The server does it; the connection breaks before the answer gets back."""
    SWALLOW = "swallow"
    """The server does it; the answer never comes, and the connection stays open."""
    NONE = "none"
    """Nothing breaks: whoever laid the trap knows that the statement is on its way."""


@dataclass
class Trap:
    """Springs once, at the statement (counted from 1 among those that match) `nth`."""

    matches: Callable[[bytes], bool]
    fault: Fault
    nth: int = 1
    then: Callable[[], None] = lambda: None
    of_preparation: bool = False
    """Springs when a statement is prepared, and not when it is executed."""
    sprung: asyncio.Event = field(default_factory=asyncio.Event)
    caught: bytes = b""
    """The statement at which it sprang."""

    def springs_at(self, statement: bytes) -> bool:
        if self.sprung.is_set() or not self.matches(statement):
            return False
        self.nth -= 1
        if self.nth:
            return False
        self.caught = statement
        self.sprung.set()
        return True


def is_commit(statement: bytes) -> bool:
    """The statement itself: `SET AUTOCOMMIT = 1` holds the word, too."""
    return statement.strip().upper() == b"COMMIT"


def holding(text: str) -> Callable[[bytes], bool]:
    return lambda statement: text.encode() in statement


def shape(statement: bytes) -> bytes:
    """A statement without its values."""
    return re.split(rb"['\d]", statement, maxsplit=1)[0]


def anything(_: bytes) -> bool:
    return True


class Proxy:
    """Passes everything on between its own port and the server's, until told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self.behind = (host, port)
        self.port = 0
        self.statements: list[bytes] = []
        """What was executed, in the order it came by; values only where they stand in the text."""
        self.preparations: list[bytes] = []
        self.traps: list[Trap] = []
        self.open = asyncio.Event()
        self.open.set()
        self.writers: set[asyncio.StreamWriter] = set()

    def trap(
        self,
        matches: Callable[[bytes], bool],
        fault: Fault,
        nth: int = 1,
        then: Callable[[], None] = lambda: None,
        *,
        of_preparation: bool = False,
    ) -> Trap:
        """Lay a trap; `then` is called when it springs (for EAT and SWALLOW: once the server has
        answered)."""
        made = Trap(matches, fault, nth, then, of_preparation)
        self.traps.append(made)
        return made

    def executed(self, statement: bytes) -> Trap | None:
        self.statements.append(statement)
        return self._sprung(statement, of_preparation=False)

    def prepared(self, statement: bytes) -> Trap | None:
        self.preparations.append(statement)
        return self._sprung(statement, of_preparation=True)

    def _sprung(self, statement: bytes, *, of_preparation: bool) -> Trap | None:
        laid = [one for one in self.traps if one.of_preparation is of_preparation]
        return next((one for one in laid if one.springs_at(statement)), None)

    def silence(self) -> None:
        self.open.clear()

    def heal(self) -> None:
        self.traps.clear()
        self.open.set()

    def cut_all(self) -> None:
        for writer in tuple(self.writers):
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back_reader, back_writer = await asyncio.open_connection(*self.behind)
        except OSError:
            writer.close()
            return
        line = _Line(self, (reader, writer), (back_reader, back_writer))
        self.writers |= {writer, back_writer}
        try:
            await line.run()
        finally:
            self.writers -= {writer, back_writer}
            writer.close()
            back_writer.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: Ends, server: Ends) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.eats: Trap | None = None
        self.prepared: dict[bytes, bytes] = {}
        """Number → text of what this connection has prepared."""
        self.asked: bytes | None = None
        """The text whose number the server's next answer gives."""

    async def run(self) -> None:
        both = [asyncio.ensure_future(self._up()), asyncio.ensure_future(self._down())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _up(self) -> None:
        """Packet by packet from the client, so that each statement is seen as a whole."""
        reader, writer = self.client[0], self.server[1]
        while True:
            head = await reader.readexactly(4)
            packet = head + await reader.readexactly(int.from_bytes(head[:3], "little"))
            trap = self._look(packet)
            if trap is not None and trap.fault is Fault.HOLE:
                self.proxy.silence()
                trap.then()
            if trap is not None and trap.fault is Fault.CUT:
                trap.then()
                return
            if trap is not None and trap.fault in (Fault.EAT, Fault.SWALLOW):
                self.eats = trap
            await self.proxy.open.wait()
            writer.write(packet)
            await writer.drain()

    def _look(self, packet: bytes) -> Trap | None:
        if len(packet) < 5 or packet[3] != 0:
            return None
        command, rest = packet[4], packet[5:]
        if command == Command.QUERY:
            return self.proxy.executed(rest)
        if command == Command.PREPARE:
            self.asked = rest
            return self.proxy.prepared(rest)
        if command in (Command.EXECUTE, Command.BULK):
            return self.proxy.executed(self.prepared[rest[:4]])
        if command == Command.CLOSE:
            del self.prepared[rest[:4]]
        return None

    async def _down(self) -> None:
        reader, writer = self.server[0], self.client[1]
        while data := await reader.read(65536):
            if self.asked is not None:
                data += await self._numbered(data)
            if self.eats is not None:
                self.eats.then()
                if self.eats.fault is Fault.EAT:
                    return
                continue
            await self.proxy.open.wait()
            writer.write(data)
            await writer.drain()

    async def _numbered(self, data: bytes) -> bytes:
        """Keep what was asked to be prepared under the number in the answer: its head, a zero, the
        number. (A refusal is longer than that, too.) Returns what had to be read further."""
        more = await self.server[0].readexactly(max(0, 9 - len(data)))
        answer, text = (data + more)[4:9], self.asked
        self.asked = None
        if answer[0] == 0 and text is not None:
            self.prepared[answer[1:]] = text
        return more


@contextlib.asynccontextmanager
async def before(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy on a free port before the server."""
    proxy = Proxy(host, port)

    lines: set[asyncio.Task[None]] = set()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: the server's own logs its cancellation as an error.
        task = asyncio.ensure_future(proxy.serve(reader, writer))
        lines.add(task)
        task.add_done_callback(lines.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for line in tuple(lines):
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
