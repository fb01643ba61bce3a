"""A group of the tasks of a barrier stage, over TCP: rank 0 adds up, always in the order of ranks.

``BarrierTaskContext.allGather`` takes about a second a call, so that it only says where rank 0 listens.
"""

from __future__ import annotations

import hmac
import socket
import struct

import numpy as np

_LENGTH = struct.Struct("<Q")


class Group:
    """The members know each other by a secret that came with the job."""

    def __init__(self, context, secret: bytes, timeout: float = 600):
        infos = context.getTaskInfos()
        self.rank, self.size = context.partitionId(), len(infos)
        self.sockets: list[socket.socket] = []
        host = infos[0].address.rpartition(":")[0].strip("[]") or infos[0].address
        server = socket.create_server((_bindable(host), 0), backlog=self.size) if self.rank == 0 else None
        port = server.getsockname()[1] if server else 0
        ports = context.allGather(str(port))
        if server is not None:
            self._accept(server, secret, timeout)
        else:
            self._join(host, int(ports[0]), secret, timeout)

    def _accept(self, server, secret: bytes, timeout: float) -> None:
        server.settimeout(timeout)
        members: dict[int, socket.socket] = {}
        while len(members) < self.size - 1:
            peer, _ = server.accept()
            peer.settimeout(timeout)
            try:
                hello = _receive(peer, len(secret) + _LENGTH.size)
            except OSError:
                peer.close()
                continue
            rank = _LENGTH.unpack(hello[len(secret) :])[0]
            if not hmac.compare_digest(hello[: len(secret)], secret) or not 0 < rank < self.size or rank in members:
                peer.close()
                continue
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            members[rank] = peer
        server.close()
        self.sockets = [members[rank] for rank in sorted(members)]

    def _join(self, host: str, port: int, secret: bytes, timeout: float) -> None:
        peer = socket.create_connection((host, port), timeout)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.sendall(secret + _LENGTH.pack(self.rank))
        self.sockets = [peer]

    def reduce(self, array: np.ndarray, operation: str) -> np.ndarray:
        """The sum for rank 0 (others get their own back), or the maximum for all."""
        if self.rank != 0:
            self._send(self.sockets[0], array.tobytes())
            return np.frombuffer(self._take(self.sockets[0]), array.dtype) if operation == "max" else array
        total = array.copy()
        for peer in self.sockets:
            part = np.frombuffer(self._take(peer), array.dtype)
            total = np.maximum(total, part) if operation == "max" else total + part
        if operation == "max":
            self.broadcast(total.tobytes())
        return total

    def broadcast(self, message: bytes | None) -> bytes:
        """What rank 0 says, for all."""
        if self.rank != 0:
            return self._take(self.sockets[0])
        assert message is not None
        for peer in self.sockets:
            self._send(peer, message)
        return message

    def gather(self, message: bytes) -> list[bytes]:
        """What all say, in the order of ranks, for all."""
        if self.rank != 0:
            self._send(self.sockets[0], message)
            return [self._take(self.sockets[0]) for _ in range(self.size)]
        messages = [message, *(self._take(peer) for peer in self.sockets)]
        for each in messages:
            self.broadcast(each)
        return messages

    def close(self) -> None:
        for peer in self.sockets:
            peer.close()

    def _send(self, peer, message: bytes) -> None:
        peer.sendall(_LENGTH.pack(len(message)))
        peer.sendall(message)

    def _take(self, peer) -> bytes:
        return bytes(_receive(peer, _LENGTH.unpack(_receive(peer, _LENGTH.size))[0]))


def _receive(peer, length: int) -> bytearray:
    message = bytearray(length)
    view = memoryview(message)
    while len(view):
        count = peer.recv_into(view)
        if count == 0:
            raise ConnectionError("a task of the barrier stage is gone")
        view = view[count:]
    return message


def _bindable(host: str) -> str:
    """The address at which the other tasks look for this one; any, if it is not this machine's own."""
    try:
        with socket.create_server((host, 0)):
            return host
    except OSError:
        return ""
