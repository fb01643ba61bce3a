"""Rows that training keeps in linear memory."""

from __future__ import annotations

import numpy as np

from .batches import hashes_of
from .loss import MultiLabelSoftMarginLoss
from .model import LEAST_ROWS, checked_rows, put
from .wasm import Array, Kernels


class Rows:
    """Features and targets in one instance's memory, in blocks of so many rows, in the order in which they came."""

    def __init__(self, k: Kernels, num_features: int, num_labels: int, block: int, loss=MultiLabelSoftMarginLoss()):
        self.k, self.features, self.labels, self.block, self.loss = k, num_features, num_labels, block, loss
        #: Features, targets, rows, and how many of these have a target that is known.
        self.blocks: list[tuple[Array, Array, int, int]] = []
        self.count = 0
        self._x, self._y, self._waiting = [], [], 0

    def add(self, x, y) -> None:
        """Rows of features, and of targets: 0 or 1, soft ones between, or the loss's ``ignore_index``."""
        x, y = checked_rows("features", x, self.features), checked_targets(y, self.labels, self.loss)
        if len(x) != len(y):
            raise ValueError(f"features and targets must have as many rows, but have {len(x)} and {len(y)}")
        # Whole blocks, whatever batches the rows came in: sums then do not depend on the batches.
        self._x.append(x)
        self._y.append(y)
        self._waiting += len(x)
        self.count += len(x)
        if self._waiting >= self.block:
            self._place(False)

    def finish(self) -> None:
        """Places the last rows too."""
        self._place(True)

    def _place(self, is_last: bool) -> None:
        if self._waiting == 0:
            return
        x, y = np.concatenate(self._x), np.concatenate(self._y)
        end = len(x) if is_last else len(x) // self.block * self.block
        for at in range(0, end, self.block):
            n = min(self.block, end - at)
            room = max(n, LEAST_ROWS)
            features, targets = self.k.empty((room, self.features)), self.k.empty((room, self.labels))
            put(features, x[at : at + n])
            put(targets, y[at : at + n])
            self.blocks.append((features, targets, n, self.loss.known_rows(targets.view()[:n])))
        # Copies: the batches may be large, and what is left small.
        self._x, self._y, self._waiting = [x[end:].copy()], [y[end:].copy()], len(x) - end

    def hashes(self) -> np.ndarray:
        """A number of 64 bits for each row, from its own numbers."""
        found = [hashes_of(x.view()[:n], y.view()[:n]) for x, y, n, _ in self.blocks]
        return np.concatenate(found) if found else np.empty(0, "u8")

    def some(self, indices: np.ndarray) -> Rows:
        """Copies of the rows with these indices, which ascend."""
        chosen, starts = Rows(self.k, self.features, self.labels, self.block, self.loss), range(0, self.count, self.block)
        # All blocks but the last one are whole.
        for at, (x, y, _, _) in zip(np.split(indices, np.searchsorted(indices, starts[1:])), self.blocks):
            rows = at % self.block
            chosen.add(x.view()[rows], y.view()[rows])
        chosen.finish()
        return chosen


def checked_targets(targets, labels: int, loss=MultiLabelSoftMarginLoss()) -> np.ndarray:
    y = checked_rows("targets", targets, labels)
    bad = ~((y >= 0) & (y <= 1))
    if loss.ignore_index is not None:
        bad &= ~loss.missing(y.astype("f4"))
    if bad.any():
        row, label = np.argwhere(bad)[0]
        raise ValueError(f"targets must be from 0 to 1, but row {row} has {y[row, label]} for label {label}")
    return y
