"""Training below any engine: loss and gradient as partial sums over rows in linear memory, and steps that a group makes together.

The loss is torch's MultiLabelSoftMarginLoss over all rows of all members of the group, or over a batch of them: the mean of the
rows' losses.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np

from . import exact
from .batches import Batches, everywhere
from .loss import MultiLabelSoftMarginLoss
from .model import LEAST_ROWS, Model, Runner
from .rows import Rows
from .wasm import Array, Kernels


class Objective:
    """Loss and gradient of a model as sums that add: float64, or exact integers with ``is_exact``."""

    def __init__(self, model: Model, k: Kernels, is_exact: bool = False, loss=MultiLabelSoftMarginLoss()):
        self.model, self.k, self.is_exact, self.loss = model, k, is_exact, loss
        self._weights = {}
        for name, value in loss.weights(model.num_labels).items():
            self._weights |= {name: k.array(value), f"{name}_rows": 1}
        self.runner = Runner(model, k)
        rows = self.runner.block
        self._delta = k.empty((rows, model.num_labels))
        self._losses = k.empty(rows)
        self._shapes = [value.shape for layer in model.layers for _, value in layer.parameters()]
        self.size = sum(int(np.prod(shape)) for shape in self._shapes)

    def rows(self) -> Rows:
        return Rows(self.k, self.model.num_features, self.model.num_labels, self.runner.block, self.loss)

    def load(self, flat: np.ndarray) -> None:
        """Other parameters."""
        self.model.set_flat(flat)
        self.runner.load()

    def partial(self, rows: Rows) -> np.ndarray:
        """Float64 sums over rows, block after block: gradient, loss, number of rows that have a known target."""
        total = np.zeros(self.size + 2)
        for x, y, n, known in rows.blocks:
            loss, gradients = self._block(x, y, n, "sum")
            total[: self.size] += np.concatenate([each.reshape(-1) for each in gradients]) if gradients else 0
            total[-2] += loss
            total[-1] += known
        return total

    def result(self, total: np.ndarray) -> tuple[float, np.ndarray]:
        """Loss and gradient of the mean over rows, from the sum of all partials."""
        count = self._count(total[-1])
        return float(total[-2] / count), total[: self.size] / count

    def maxima(self, rows: Rows) -> np.ndarray:
        """The largest factors of these rows, whose maxima over all rows ``exact_partial`` needs."""
        most: np.ndarray | None = None
        for x, y, n, _ in rows.blocks:
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
        for x, y, n, known in rows.blocks:
            losses, factors = self._block(x, y, n, "none")
            loss += exact.fixed_sum(losses, powers[0])
            count += known
            for i, (a, b) in enumerate(factors):
                left, right = powers[1 + 2 * i : 3 + 2 * i]
                sums[i] += exact.fixed_sum(a, left) if b is None else exact.product_sums(self.k, a, b, left, right)
        return np.concatenate([*(each.reshape(-1) for each in sums), [loss, count]]).astype("i8")

    def exact_result(self, total: np.ndarray, maxima: np.ndarray) -> tuple[float, np.ndarray]:
        count = self._count(total[-1])
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
        return loss / count, np.concatenate(gradient) / count

    def _count(self, rows) -> int:
        if rows == 0 and self.loss.ignore_index is None:
            raise ValueError(NO_ROWS)
        # As in JavaScript, the mean over rows without any known target is 0.
        return max(int(rows), 1)

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
            smoothing=self.loss.label_smoothing,
            ignored=self.loss.ignored,
            **self._weights,
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


NO_ROWS = "fit: there are no rows"


@dataclass
class Minibatches:
    """As torch's ``DataLoader(batch_size, shuffle=True, drop_last)``: of how many rows each step is, over all members."""

    batch_size: int
    seed: int = 0
    drop_last: bool = False

    def __post_init__(self):
        for name, least in [("batch_size", 1), ("seed", 0)]:
            value = getattr(self, name)
            if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
                raise TypeError(f"fit: {name} must be a whole number, but got {value!r}")
            if not least <= value < 2**63:
                raise ValueError(f"fit: {name} must be at least {least}, but got {value}")


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
    minibatches: Minibatches | None = None,
) -> list[float]:
    """Steps of an optimizer. The member of rank 0 makes them, and all others compute sums for it; then all have its parameters.

    ``after_step(flat, losses)`` is called by rank 0 with the parameters as the optimizer has them; ``continued`` takes these
    back. Gives, on rank 0, the loss before each step (of its batch, with ``minibatches``) and that over all rows in the end.
    """
    if everywhere(group, np.array([rows.count]))[0] == 0:
        # All see it.
        raise ValueError(NO_ROWS)
    batches = None
    if minibatches is not None:
        batches = Batches(rows, minibatches.batch_size, minibatches.seed, minibatches.drop_last, group)
    member = Member(objective, rows, batches, group)
    if group.rank != 0:
        member.follow()
        return []
    try:
        return _lead(member, optimizer, steps, after_step, continued)
    except (ValueError, MemoryError) as error:
        try:
            group.broadcast(_FAILED + str(error).encode())
        except OSError:
            # All saw the same, and have left.
            pass
        raise


#: What rank 0 says: parameters to evaluate, the last ones, or why it ends.
_EVALUATE, _LAST, _FAILED = b"e", b"l", b"f"

#: The step whose batch is evaluated, before the parameters.
_STEP = struct.Struct("<q")
_ALL_ROWS = -1


class Member:
    """One of a group, with its rows."""

    def __init__(self, objective: Objective, rows: Rows, batches: Batches | None, group):
        self.objective, self.rows, self.batches, self.group = objective, rows, batches, group
        self._step, self._batch = _ALL_ROWS, rows

    def follow(self) -> None:
        while True:
            message = self.group.broadcast(None)
            kind, content = message[:1], message[1:]
            if kind == _FAILED:
                raise ValueError(content.decode())
            if kind == _LAST:
                return self.objective.load(np.frombuffer(content, "f4"))
            self._evaluate(np.frombuffer(content, "f4", offset=_STEP.size), *_STEP.unpack_from(content))

    def lead(self, flat: np.ndarray, step: int) -> tuple[float, np.ndarray]:
        """Loss and gradient of the batch of a step, or of all rows."""
        self.group.broadcast(_EVALUATE + _STEP.pack(step) + flat.tobytes())
        return self._evaluate(flat, step)

    def end(self, flat: np.ndarray) -> None:
        self.group.broadcast(_LAST + flat.tobytes())
        self.objective.load(flat)

    def _evaluate(self, flat: np.ndarray, step: int):
        objective, group = self.objective, self.group
        objective.load(flat)
        if step != self._step:
            self._step = step
            self._batch = self.rows if step == _ALL_ROWS else self.rows.some(self.batches.of_step(step))
        if not objective.is_exact:
            total = group.reduce(objective.partial(self._batch), "sum")
            return objective.result(total) if group.rank == 0 else None
        maxima = group.reduce(objective.maxima(self._batch), "max")
        total = group.reduce(objective.exact_partial(self._batch, maxima), "sum")
        return objective.exact_result(total, maxima) if group.rank == 0 else None


def _lead(member: Member, optimizer, steps: int, after_step, continued) -> list[float]:
    # The newest one: L-BFGS ends a step where it has evaluated.
    known: dict[bytes, tuple[float, np.ndarray]] = {}

    def evaluate(flat: np.ndarray, step: int = _ALL_ROWS) -> tuple[float, np.ndarray]:
        flat = np.ascontiguousarray(flat, "f4")
        key = _STEP.pack(step) + flat.tobytes()
        if key not in known:
            found = member.lead(flat, step)
            known.clear()
            known[key] = found
        return known[key]

    objective = member.objective
    flat, losses = (objective.model.flat(), []) if continued is None else (continued[0], list(continued[1]))
    for step in range(len(losses), steps):
        batch = _ALL_ROWS if member.batches is None else step
        flat, loss = optimizer.step(objective.k, flat, lambda place: evaluate(place, batch))
        losses.append(_finite(loss))
        if after_step is not None:
            after_step(flat, losses)
        # A batch says nothing of the others.
        if optimizer.converged and member.batches is None:
            break
    losses.append(_finite(evaluate(flat)[0]))
    member.end(flat.astype("f4"))
    return losses


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise ValueError("the loss is not finite: a row has NaN or too large numbers, or the steps are too long")
    return loss
