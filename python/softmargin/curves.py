"""Curves of every distinct score, as states that merge exactly, and how far areas of binned curves may be from theirs."""

from __future__ import annotations

import numpy as np

#: A score's bits, and how many positives and negatives have it.
_ENTRY = np.dtype([("score", "<u4"), ("positives", "<i8"), ("negatives", "<i8")])
_COUNT = np.dtype("<i8")


class ExactCurves:
    """Of each label the distinct scores, ascending, with their numbers of positives and negatives: in any order and parts the same.

    ``most`` is how many distinct scores of all labels are kept: beyond that it is over, and says so by ``is_over``.
    """

    def __init__(self, num_labels: int, most: int):
        self.most, self.is_over = most, False
        self._kept = [np.empty(0, _ENTRY) for _ in range(num_labels)]
        self._waiting: list[list[np.ndarray]] = [[] for _ in range(num_labels)]
        self._pending = 0

    def update(self, scores: np.ndarray, codes: np.ndarray) -> None:
        """Rows of scores from 0 to 1, and of codes 0, 1 or 2 for a missing target."""
        # The bits of numbers that are not negative ascend as they do.
        bits = (np.ascontiguousarray(scores, "<f4") + np.float32(0)).view("<u4")
        for label, waiting in enumerate(self._waiting):
            known = codes[:, label] < 2
            entries = np.zeros(int(known.sum()), _ENTRY)
            entries["score"] = bits[known, label]
            entries["positives"] = codes[known, label]
            entries["negatives"] = 1 - entries["positives"]
            self._add(waiting, entries)
        # As often as there are twice as many: each entry is sorted a few times in all.
        if self._pending > max(2**20, sum(map(len, self._kept))):
            self._join()

    def _add(self, waiting: list, entries: np.ndarray) -> None:
        if not self.is_over:
            waiting.append(entries)
            self._pending += len(entries)

    def _join(self) -> None:
        for label, waiting in enumerate(self._waiting):
            if waiting and not self.is_over:
                self._kept[label] = _joined([self._kept[label], *waiting])
            waiting.clear()
        self._pending = 0
        if sum(map(len, self._kept)) > self.most:
            self.end()

    def end(self) -> None:
        self.is_over = True
        self._kept = [np.empty(0, _ENTRY) for _ in self._kept]
        self._waiting = [[] for _ in self._kept]

    def steps(self, label: int | None = None) -> np.ndarray:
        """Positives and negatives of each score of a label, or of all labels as one, highest first: float64 [scores, 2]."""
        self._join()
        kept = _joined(self._kept) if label is None else self._kept[label]
        return np.stack([kept["positives"], kept["negatives"]], 1)[::-1].astype("f8")

    def to_bytes(self) -> bytes:
        self._join()
        if self.is_over:
            return b""
        return np.array([len(kept) for kept in self._kept], _COUNT).tobytes() + b"".join(kept.tobytes() for kept in self._kept)

    def add_bytes(self, state: bytes) -> None:
        if state == b"":
            self.end()
            return
        labels = len(self._kept)
        head = labels * _COUNT.itemsize
        lengths = np.frombuffer(state[:head], _COUNT) if len(state) >= head else np.array([-1])
        if lengths.min() < 0 or head + int(lengths.sum()) * _ENTRY.itemsize != len(state):
            raise ValueError(f"add_bytes: state is none of exact curves of {labels} labels")
        parts = np.split(np.frombuffer(state, _ENTRY, offset=head), np.cumsum(lengths)[:-1])
        for waiting, entries in zip(self._waiting, parts):
            self._add(waiting, entries)
        self._join()


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    entries = np.concatenate(parts)
    scores, places = np.unique(entries["score"], return_inverse=True)
    joined = np.zeros(len(scores), _ENTRY)
    joined["score"] = scores
    for name in ("positives", "negatives"):
        # Whole numbers below 2^53 add exactly.
        joined[name] = np.bincount(places, entries[name], len(scores))
    return joined


def area(curve: str, steps: np.ndarray) -> float:
    """The area under a curve, by its steps: the numbers, in their order, of the kernels' exact curves."""
    positives, negatives = steps.T
    total = positives.sum(), negatives.sum()
    before = np.cumsum(positives) - positives
    if curve == "roc":
        terms, whole = negatives * (before + 0.5 * positives), total[0] * total[1]
    else:
        reached = before + positives
        terms, whole = positives * (reached / (reached + (np.cumsum(negatives) - negatives) + negatives)), total[0]
    # cumsum adds one after another; sum does not.
    return float(np.cumsum(terms)[-1] / whole) if whole > 0 else 0.0


def averaged(areas: list[tuple[float, float]], average: str) -> float:
    """Of each label the area, and how many positives it has: 'macro', or 'weighted' by these."""
    weights = [positives if average == "weighted" else 1.0 for _, positives in areas]
    total = sum(weights)
    return float(sum(weight * area for weight, (area, _) in zip(weights, areas)) / total) if total > 0 else 0.0


def range_of(curve: str, steps: np.ndarray) -> tuple[float, float]:
    """Between what the area under the curve of every score is, by the steps of bins, highest first.

    In a bin scores have any order. Of ROC, pairs of a positive and a negative count if they are in different bins, and may or may
    not in one. Of precision and recall, each positive of a bin finds at least those of higher bins and the positives before it
    with all negatives of its bin, and at most all positives of its bin and none of its negatives.
    """
    positives, negatives = steps.T
    total = positives.sum(), negatives.sum()
    above = np.cumsum(positives) - positives
    if curve == "roc":
        whole = total[0] * total[1]
        least, unknown = (negatives * above).sum(), (negatives * positives).sum()
        return (least / whole, (least + unknown) / whole) if whole > 0 else (0.0, 0.0)
    if total[0] == 0:
        return 0.0, 0.0
    below = np.cumsum(negatives) - negatives
    some = positives > 0
    positives, negatives, above, below = positives[some], negatives[some], above[some], below[some]
    most = positives * ((above + positives) / (above + positives + below))
    worst = below + negatives
    # sum over j from 1 to p of (t + j) / (t + j + f) = p - f (H(t + p + f) - H(t + f))
    least = positives - worst * (_harmonic(above + positives + worst) - _harmonic(above + worst))
    return max(0.0, least.sum() / total[0]), min(1.0, most.sum() / total[0])


def _harmonic(n: np.ndarray) -> np.ndarray:
    """1 + 1/2 + … + 1/n, without the constant: ln n + 1/2n - 1/12n^2 + 1/120n^4, exact to 1e-10 from 10 on, below by recurrence."""
    shift = np.zeros_like(n)
    n = n.copy()
    for _ in range(10):
        small = n < 10
        n[small] += 1
        shift[small] += 1 / n[small]
    return np.log(n) + 1 / (2 * n) - 1 / (12 * n**2) + 1 / (120 * n**4) - shift


def furthest(found: float, least: float, most: float) -> float:
    """How far the exact area may be from what was found, with the rounding of float32."""
    return float(max(most - found, found - least, 0.0)) + 2.0**-23

