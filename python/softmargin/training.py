"""Training below any engine: rows in linear memory, loss and gradient as partial sums, and steps that a group makes together.

The loss is torch's MultiLabelSoftMarginLoss over all rows of all members of the group: the mean of the rows' losses.
"""

from __future__ import annotations

import math

import numpy as np

from . import exact
from .model import LEAST_ROWS, Model, Runner, checked_rows, put
from .wasm import Array, Kernels

INFINITY = float("inf")


class Rows:
    """Features and targets in one instance's memory, in blocks of so many rows, in the order in which they came."""

    def __init__(self, k: Kernels, num_features: int, num_labels: int, block: int):
        self.k, self.features, self.labels, self.block = k, num_features, num_labels, block
        self.blocks: list[tuple[Array, Array, int]] = []
        self.count = 0
        self._x, self._y, self._waiting = [], [], 0

    def add(self, x, y) -> None:
        """Rows of features, and of targets: 0 or 1, or soft ones between."""
        x, y = checked_rows("features", x, self.features), checked_targets(y, self.labels)
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
            self.blocks.append((features, targets, n))
        # Copies: the batches may be large, and what is left small.
        self._x, self._y, self._waiting = [x[end:].copy()], [y[end:].copy()], len(x) - end


def checked_targets(targets, labels: int) -> np.ndarray:
    y = checked_rows("targets", targets, labels)
    bad = ~((y >= 0) & (y <= 1))
    if bad.any():
        row, label = np.argwhere(bad)[0]
        raise ValueError(f"targets must be from 0 to 1, but row {row} has {y[row, label]} for label {label}")
    return y


class Objective:
    """Loss and gradient of a model as sums that add: float64, or exact integers with ``is_exact``."""

    def __init__(self, model: Model, k: Kernels, is_exact: bool = False):
        self.model, self.k, self.is_exact = model, k, is_exact
        self.runner = Runner(model, k)
        rows = self.runner.block
        self._delta = k.empty((rows, model.num_labels))
        self._losses = k.empty(rows)
        self._shapes = [value.shape for layer in model.layers for _, value in layer.parameters()]
        self.size = sum(int(np.prod(shape)) for shape in self._shapes)

    def rows(self) -> Rows:
        return Rows(self.k, self.model.num_features, self.model.num_labels, self.runner.block)

    def load(self, flat: np.ndarray) -> None:
        """Other parameters."""
        self.model.set_flat(flat)
        self.runner.load()

    def partial(self, rows: Rows) -> np.ndarray:
        """Float64 sums over rows, block after block: gradient, loss, number of rows."""
        total = np.zeros(self.size + 2)
        for x, y, n in rows.blocks:
            loss, gradients = self._block(x, y, n, "sum")
            total[: self.size] += np.concatenate([each.reshape(-1) for each in gradients]) if gradients else 0
            total[-2] += loss
            total[-1] += n
        return total

    def result(self, total: np.ndarray) -> tuple[float, np.ndarray]:
        """Loss and gradient of the mean over rows, from the sum of all partials."""
        _check_count(total[-1])
        return float(total[-2] / total[-1]), total[: self.size] / total[-1]

    def maxima(self, rows: Rows) -> np.ndarray:
        """The largest factors of these rows, whose maxima over all rows ``exact_partial`` needs."""
        most: np.ndarray | None = None
        for x, y, n in rows.blocks:
            losses, factors = self._block(x, y, n, "none")
            values = [_largest(losses)]
            for a, b in factors:
                values += [_largest(a), 0.0 if b is None else _largest(b)]
            most = np.array(values) if most is None else np.maximum(most, values)
        return np.zeros(1 + 2 * len(self._shapes)) if most is None else most

    def exact_partial(self, rows: Rows, maxima: np.ndarray) -> np.ndarray:
        """Int64 sums over rows, which add in any order."""
        powers = exact.exponents(maxima)
        loss, count = np.int64(0), 0
        sums = [np.zeros(self._exact_shape(i), "i8") for i in range(len(self._shapes))]
        for x, y, n in rows.blocks:
            losses, factors = self._block(x, y, n, "none")
            loss += exact.fixed_sum(losses, powers[0])
            count += n
            for i, (a, b) in enumerate(factors):
                left, right = powers[1 + 2 * i : 3 + 2 * i]
                sums[i] += exact.fixed_sum(a, left) if b is None else exact.product_sums(self.k, a, b, left, right)
        return np.concatenate([*(each.reshape(-1) for each in sums), [loss, count]]).astype("i8")

    def exact_result(self, total: np.ndarray, maxima: np.ndarray) -> tuple[float, np.ndarray]:
        _check_count(total[-1])
        powers = exact.exponents(maxima)
        gradient, at = [], 0
        for i in range(len(self._shapes)):
            shape = self._exact_shape(i)
            part = total[at : at + int(np.prod(shape))].reshape(shape)
            at += part.size
            left, right = powers[1 + 2 * i : 3 + 2 * i]
            value = exact.product_value(part, left, right) if part.ndim == 3 else exact.fixed_value(part, left)
            gradient.append(value.reshape(-1))
        loss = float(exact.fixed_value(total[-2], powers[0]))
        return loss / int(total[-1]), np.concatenate(gradient) / int(total[-1])

    def _exact_shape(self, i: int) -> tuple[int, ...]:
        shape = self._shapes[i]
        return (exact.DIGITS, *shape) if len(shape) == 2 else shape

    def _block(self, x: Array, y: Array, n: int, reduction: str):
        """The sum of losses and the gradients of a block; with reduction none, the rows' losses and the factors of gradients."""
        rows = max(n, LEAST_ROWS)
        logits = self.runner.forward(x, rows)
        loss = self.k.call(
            "multilabel_soft_margin",
            logits=logits,
            targets=y,
            gradient=self._delta,
            out=self._losses,
            rows=n,
            classes=self.model.num_labels,
            reduction=reduction,
            ignored=INFINITY,
        )
        delta = self._delta
        # The rows of zeros beside a single row give nothing.
        delta.view()[n:rows] = 0
        parts = []
        for i, placed in reversed(list(enumerate(self.runner.placed))):
            if reduction == "sum":
                parts.insert(0, placed.gradients(delta, rows))
            else:
                parts.insert(0, [(a[:n].copy(), None if b is None else b[:n].copy()) for a, b in placed.factors(delta, rows)])
            delta = placed.backward(delta, rows, i == 0)
        flat = [each for part in parts for each in part]
        return (loss if reduction == "sum" else self._losses.view()[:n].copy()), flat


def _largest(values: np.ndarray) -> float:
    # NaN stays NaN.
    return float(np.abs(values).max(initial=0))


def _check_count(count) -> None:
    if count == 0:
        raise ValueError("fit: there are no rows")


class Alone:
    """The group of one process. Others give the same to all their members."""

    rank, size = 0, 1

    def reduce(self, array: np.ndarray, operation: str) -> np.ndarray:
        """The sum or the maximum of all members' arrays, for the member of rank 0; 'max' gives it to all."""
        return array

    def broadcast(self, message: bytes | None) -> bytes:
        """What the member of rank 0 says."""
        assert message is not None
        return message


def train(
    objective: Objective,
    rows: Rows,
    optimizer,
    steps: int,
    group=Alone(),
    after_step=None,
    continued: tuple[np.ndarray, list[float]] | None = None,
) -> list[float]:
    """Steps of an optimizer. The member of rank 0 makes them, and all others compute sums for it; then all have its parameters.

    ``after_step(flat, losses)`` is called by rank 0 with the parameters as the optimizer has them; ``continued`` takes these
    back. Gives, on rank 0, the loss before each step and that in the end.
    """
    if group.rank != 0:
        _follow(objective, rows, group)
        return []
    try:
        return _lead(objective, rows, optimizer, steps, group, after_step, continued)
    except (ValueError, MemoryError) as error:
        try:
            group.broadcast(_FAILED + str(error).encode())
        except OSError:
            # All saw the same, and have left.
            pass
        raise


#: What rank 0 says: parameters to evaluate, the last ones, or why it ends.
_EVALUATE, _LAST, _FAILED = b"e", b"l", b"f"


def _follow(objective: Objective, rows: Rows, group) -> None:
    while True:
        message = group.broadcast(None)
        kind, content = message[:1], message[1:]
        if kind == _FAILED:
            raise ValueError(content.decode())
        flat = np.frombuffer(content, "f4")
        if kind == _LAST:
            return objective.load(flat)
        _evaluate(objective, rows, flat, group)


def _lead(objective: Objective, rows: Rows, optimizer, steps: int, group, after_step, continued) -> list[float]:
    # The newest one: L-BFGS ends a step where it has evaluated.
    known: dict[bytes, tuple[float, np.ndarray]] = {}

    def evaluate(flat: np.ndarray) -> tuple[float, np.ndarray]:
        flat = np.ascontiguousarray(flat, "f4")
        key = flat.tobytes()
        if key not in known:
            group.broadcast(_EVALUATE + key)
            found = _evaluate(objective, rows, flat, group)
            known.clear()
            known[key] = found
        return known[key]

    flat, losses = (objective.model.flat(), []) if continued is None else (continued[0], list(continued[1]))
    for _ in range(len(losses), steps):
        flat, loss = optimizer.step(objective.k, flat, evaluate)
        losses.append(_finite(loss))
        if after_step is not None:
            after_step(flat, losses)
        if optimizer.converged:
            break
    losses.append(_finite(evaluate(flat)[0]))
    flat = flat.astype("f4")
    group.broadcast(_LAST + flat.tobytes())
    objective.load(flat)
    return losses


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise ValueError("the loss is not finite: a row has NaN or too large numbers, or the steps are too long")
    return loss


def _evaluate(objective: Objective, rows: Rows, flat: np.ndarray, group):
    objective.load(flat)
    if not objective.is_exact:
        total = group.reduce(objective.partial(rows), "sum")
        return objective.result(total) if group.rank == 0 else None
    maxima = group.reduce(objective.maxima(rows), "max")
    total = group.reduce(objective.exact_partial(rows, maxima), "sum")
    return objective.exact_result(total, maxima) if group.rank == 0 else None
