"""Minibatches of rows that lie with many members of a group: the same for any partitioning.

A row's place in the order of an epoch comes from a hash of its own numbers, the seed and the epoch, and batches are cut from
that order: ``DataLoader(batch_size, shuffle=True)`` of torch with another shuffle. Rows with the same numbers stay together.
"""

from __future__ import annotations

import numpy as np

_BITS = 64


class Batches:
    """Which rows of this member are in the batch of a step. All members must ask for the same steps in the same order."""

    def __init__(self, rows, batch_size: int, seed: int, drop_last: bool, group):
        self.rows, self.group = rows, group
        total = everywhere(group, np.array([rows.count]))[0]
        size = min(batch_size, int(total))
        # Rows before the end of each batch but the last one.
        self.ends = np.arange(size, total + 1 if drop_last else total, size)
        if not drop_last:
            self.ends = np.append(self.ends, total)
        self.seed, self.epoch = seed, -1
        self._hashes = rows.hashes()
        self._order = self._starts = np.empty(0, "i8")

    def of_step(self, step: int) -> np.ndarray:
        """Indices of this member's rows, ascending."""
        epoch, at = divmod(step, len(self.ends))
        if epoch != self.epoch:
            self.epoch = epoch
            self._cut()
        return np.sort(self._order[self._starts[at] : self._starts[at + 1]])

    def _cut(self) -> None:
        keys = _mixed(self._hashes ^ _mixed(np.array([self.seed * 0x9E3779B97F4A7C15 + self.epoch & 2**64 - 1], "u8")))
        self._order = np.argsort(keys, kind="stable")
        keys = keys[self._order]
        # For each end the least bound with at least so many keys of all members at or below it, by halving.
        low, high = np.zeros(len(self.ends), "u8"), np.full(len(self.ends), 2**64 - 1, "u8")
        for _ in range(_BITS):
            middle = low + (high - low) // np.uint64(2)
            enough = everywhere(self.group, np.searchsorted(keys, middle, "right")) >= self.ends
            high = np.where(enough, middle, high)
            low = np.where(enough | (middle == high), low, middle + np.uint64(1))
        self._starts = np.concatenate([[0], np.searchsorted(keys, high, "right")])


def everywhere(group, counts: np.ndarray) -> np.ndarray:
    """The sum of all members' counts, for all members."""
    total = group.reduce(counts.astype("<i8"), "sum")
    return np.frombuffer(group.broadcast(total.tobytes() if group.rank == 0 else None), "<i8")


def hashes_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A hash of each row of float32 numbers: sums of random multiples of their bits, mixed."""
    factors = np.random.default_rng(18).integers(0, 2**64, x.shape[1] + y.shape[1], "u8") | np.uint64(1)
    sums = np.zeros(len(x), "u8")
    for part, factor in ((x, factors[: x.shape[1]]), (y, factors[x.shape[1] :])):
        bits = np.ascontiguousarray(part, "f4").view("u4").astype("u8")
        sums += (bits * factor).sum(1, dtype="u8")
    return _mixed(sums)


def _mixed(h: np.ndarray) -> np.ndarray:
    """The end of splitmix64 (Steele et al. 2014): each bit depends on all."""
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))
