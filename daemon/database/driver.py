"""The driver, taught to take rows apart by the buffer: it does so packet by packet else.

Reading rows was half of what it costs to build items, and most of that went into the driver's
function calls for each packet and each value. Everything but rows goes the driver's own way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymysql.connections import Connection, MySQLResult

NULL = 0xFB
TWO_BYTES = 0xFC
"""The length of a value follows in two bytes; longer values don't fit into the buffer."""

NO_ROW = 0xFD
"""A packet that begins with this or more is the end, an error, or a row with a huge value."""

HEADER = 4
"""Bytes before a packet: its length in three, and its number."""

UTF8 = frozenset({"utf8", "utf-8", "ascii"})

Decode = Callable[[Any], Any]


class BufferedResult(MySQLResult):
    """A result whose rows are read by the buffer."""

    def _read_rowdata_packet(self) -> None:
        result: Any = self  # the driver's types leave out what isn't public
        connection, rows = result.connection, []
        decoders = [decoder(*one) for one in result.converters]
        while True:
            rows += buffered_rows(connection, decoders)
            packet = connection._read_packet()
            if result._check_packet_is_eof(packet):
                break
            rows.append(result._read_row_from_packet(packet))
        result.connection = None
        result.affected_rows = len(rows)
        result.rows = tuple(rows)


class BufferedConnection(Connection):
    """A connection whose queries are answered by such results."""

    def _read_query_result(self, unbuffered: bool = False) -> Any:
        connection: Any = self
        if unbuffered:
            driver: Any = super()
            return driver._read_query_result(unbuffered)
        connection._result = None
        result: Any = BufferedResult(self)
        result.read()
        connection._result = result
        if result.server_status is not None:
            connection.server_status = result.server_status
        return result.affected_rows


def decoder(encoding: str | None, converter: Decode | None) -> Decode:
    """What makes a column's bytes a value; `int` takes digits as they come."""
    if encoding is None:
        return converter or bytes
    if converter is None:
        return bytes.decode if encoding in UTF8 else lambda text: text.decode(encoding)
    return converter if converter is int else lambda text: converter(text.decode(encoding))


def buffered_rows(connection: Any, decoders: list[Decode]) -> list[tuple[Any, ...]]:
    """The rows that stand whole in the connection's buffer, taken out of it."""
    try:
        data = connection._rfile.peek()
    except OSError:  # the driver meets it again, and says what it means
        return []
    rows = []
    number, start = connection._next_seq_id, 0
    while start + HEADER < len(data):
        size = int.from_bytes(data[start : start + 3], "little")
        at = start + HEADER
        if at + size > len(data) or data[start + 3] != number or data[at] >= NO_ROW:
            break
        row: list[Any] = []
        for decode in decoders:
            length = data[at]
            at += 1
            if length == NULL:
                row.append(None)
                continue
            if length == TWO_BYTES:
                length = data[at] | data[at + 1] << 8
                at += 2
            row.append(decode(data[at : at + length]))
            at += length
        rows.append(tuple(row))
        number, start = (number + 1) % 256, at
    connection._rfile.read(start)
    connection._next_seq_id = number
    return rows
