"""torch.optim.LBFGS on a vector of float64. Source: torch.optim.lbfgs, after Mark Schmidt's minFunc."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    # numpy's own sum, not BLAS: one order on every machine.
    return float(np.sum(a * b))


def _largest(x: np.ndarray) -> float:
    return float(np.abs(x).max(initial=0.0))


@dataclass
class Point:
    """The objective at one place of a line."""

    t: float
    loss: float
    gradient: np.ndarray
    slope: float


class LBFGS:
    """``step(k, flat, evaluate)`` makes up to ``max_iter`` iterations, and gives the parameters and the first loss."""

    def __init__(
        self,
        lr=1.0,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn must be 'strong_wolfe' or None, but got {line_search_fn!r}")
        if not (isinstance(lr, (int, float)) and lr >= 0) or not max_iter >= 1 or not history_size >= 1:
            raise ValueError("LBFGS: lr must be at least 0, max_iter and history_size at least 1")
        self.lr, self.max_iter, self.history_size, self.line_search_fn = lr, max_iter, history_size, line_search_fn
        self.max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        self.tolerance_grad, self.tolerance_change = tolerance_grad, tolerance_change
        self.iterations, self.converged = 0, False
        self.t, self.scale = 0.0, 1.0
        self.direction: np.ndarray | None = None
        self.before: np.ndarray | None = None
        self.changes: list[np.ndarray] = []
        self.moves: list[np.ndarray] = []

    def step(self, _k, flat: np.ndarray, evaluate) -> tuple[np.ndarray, float]:
        x = flat.astype("f8")

        def at(place: np.ndarray) -> tuple[float, np.ndarray]:
            loss, gradient = evaluate(place)
            return (loss if math.isfinite(loss) else math.inf), gradient

        first, gradient = at(x)
        loss, evaluations = first, 1
        if _largest(gradient) <= self.tolerance_grad:
            self.converged = True
            return x, first
        for iteration in range(1, self.max_iter + 1):
            self.iterations += 1
            direction = self._direction(gradient)
            self.direction, self.before, loss_before = direction, gradient, loss
            is_first = self.iterations == 1
            self.t = min(1.0, 1.0 / float(np.sum(np.abs(gradient)))) * self.lr if is_first else self.lr
            slope = _dot(gradient, direction)
            if slope > -self.tolerance_change:
                self.converged = True
                break
            if self.line_search_fn is None:
                x = x + self.t * direction
                if iteration == self.max_iter:
                    # The next step evaluates this place.
                    break
                loss, gradient = at(x)
                evaluations += 1
            else:
                start = x

                def along(t: float) -> Point:
                    loss, gradient = at(start + t * direction)
                    return Point(t, loss, gradient, _dot(gradient, direction))

                limit = self.max_eval - evaluations
                here = Point(0.0, loss, gradient, slope)
                found, used = strong_wolfe(along, here, self.t, _largest(direction), self.tolerance_change, limit)
                self.t, loss, gradient = found.t, found.loss, found.gradient
                x = start + self.t * direction
                evaluations += used
            self.converged = (
                _largest(gradient) <= self.tolerance_grad
                or _largest(direction) * abs(self.t) <= self.tolerance_change
                or abs(loss - loss_before) < self.tolerance_change
            )
            if self.converged or evaluations >= self.max_eval:
                break
        return x, first

    def _direction(self, gradient: np.ndarray) -> np.ndarray:
        if self.iterations == 1 or self.before is None or self.direction is None:
            return -gradient
        change, move = gradient - self.before, self.direction * self.t
        product = _dot(change, move)
        if product > 1e-10:
            if len(self.changes) == self.history_size:
                del self.changes[0], self.moves[0]
            self.changes.append(change)
            self.moves.append(move)
            self.scale = product / _dot(change, change)
        inverses = [1.0 / _dot(change, move) for change, move in zip(self.changes, self.moves)]
        factors = [0.0] * len(self.changes)
        q = -gradient
        for i in reversed(range(len(factors))):
            factors[i] = _dot(self.moves[i], q) * inverses[i]
            q = q - factors[i] * self.changes[i]
        q = q * self.scale
        for i, change in enumerate(self.changes):
            q = q + self.moves[i] * (factors[i] - _dot(change, q) * inverses[i])
        return q

    def state(self) -> dict[str, np.ndarray]:
        """What continues the same steps elsewhere."""
        state = {"numbers": np.array([self.iterations, self.t, self.scale])}
        if self.direction is not None and self.before is not None:
            state |= {"direction": self.direction, "before": self.before}
        if self.changes:
            state |= {"changes": np.stack(self.changes), "moves": np.stack(self.moves)}
        return state

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        iterations, self.t, self.scale = (float(value) for value in state["numbers"])
        self.iterations = int(iterations)
        self.direction, self.before = state.get("direction"), state.get("before")
        self.changes, self.moves = list(state.get("changes", [])), list(state.get("moves", []))


def _cubic_minimum(a: Point, b: Point, bounds: tuple[float, float]) -> float:
    """The minimum of the cubic through two points with their derivatives, within bounds."""
    middle = (bounds[0] + bounds[1]) / 2
    if not (math.isfinite(a.loss) and math.isfinite(b.loss)) or a.t == b.t:
        return middle
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:
        return middle
    d2 = math.sqrt(square)
    low, high = (a, b) if a.t <= b.t else (b, a)
    below = high.slope - low.slope + 2 * d2
    if below == 0:
        return middle
    t = high.t - (high.t - low.t) * ((high.slope + d2 - d1) / below)
    return min(max(t, bounds[0]), bounds[1])


def strong_wolfe(along, start: Point, first: float, size: float, tolerance: float, limit: int) -> tuple[Point, int]:
    """A point at which the strong Wolfe conditions hold, or the best one after ``limit`` evaluations; and how many it took."""
    c1, c2 = 1e-4, 0.9

    def is_too_high(point: Point) -> bool:
        return point.loss > start.loss + c1 * point.t * start.slope

    def is_flat(point: Point) -> bool:
        return abs(point.slope) <= -c2 * start.slope

    point, before, evaluations, iteration = along(first), start, 1, 0
    bracket: list[Point] | None = None
    while iteration < limit:
        if is_too_high(point) or (iteration > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if is_flat(point):
            return point, evaluations
        if point.slope >= 0:
            bracket = [before, point]
            break
        t = _cubic_minimum(before, point, (point.t + 0.01 * (point.t - before.t), point.t * 10))
        before, point = point, along(t)
        evaluations += 1
        iteration += 1
    if bracket is None:
        bracket = [start, point]

    # The conditions hold somewhere between the two: the interval shrinks until they do.
    is_stuck = done = False
    low = 0 if bracket[0].loss <= bracket[1].loss else 1
    while not done and iteration < limit:
        if abs(bracket[1].t - bracket[0].t) * size < tolerance:
            break
        least, greatest = sorted((bracket[0].t, bracket[1].t))
        t = _cubic_minimum(bracket[0], bracket[1], (least, greatest))
        margin = 0.1 * (greatest - least)
        # Near an end for the second time, or at it: a tenth of the interval away from the end.
        if min(greatest - t, t - least) < margin:
            if is_stuck or t >= greatest or t <= least:
                t = greatest - margin if abs(t - greatest) < abs(t - least) else least + margin
                is_stuck = False
            else:
                is_stuck = True
        else:
            is_stuck = False
        point = along(t)
        evaluations += 1
        iteration += 1
        high = 1 - low
        if is_too_high(point) or point.loss >= bracket[low].loss:
            bracket[high] = point
            low = 0 if bracket[0].loss <= bracket[1].loss else 1
        else:
            if is_flat(point):
                done = True
            elif point.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = point
    return bracket[low], evaluations
