"""Metrics as states that merge exactly: counts and steps of binned curves, in whole float64 numbers, as JavaScript's metrics have.

Merging in any order gives the same bits, so that results do not depend on how rows are divided.
"""

from __future__ import annotations

import numpy as np

from .model import checked_rows
from .wasm import Array, Kernels, kernels

#: In a block of rows.
BLOCK_ELEMENTS = 2**22


class MetricStates:
    """Counts of each label at its threshold, and steps of its curve at ``curve_thresholds``.

    ``thresholds`` is a number or one for each label: as in torchmetrics, a label is predicted where its probability is above it.
    ``curve_thresholds`` is a number of even ones from 0 to 1, or a list. Targets equal to ``ignore_index`` are missing.
    """

    def __init__(self, num_labels: int, thresholds=0.5, curve_thresholds=101, ignore_index=None, k: Kernels | None = None):
        if not (isinstance(num_labels, (int, np.integer)) and num_labels >= 1):
            raise ValueError(f"MetricStates: num_labels must be at least 1, but got {num_labels!r}")
        self.k, self.num_labels, self.ignore_index = k or kernels(), int(num_labels), ignore_index
        self.thresholds = np.broadcast_to(np.asarray(thresholds, "f4"), (self.num_labels,)).copy()
        self.curve_thresholds = _curve_thresholds(curve_thresholds)
        self.bins = self.curve_thresholds.size + 1
        # Of each label the counts; then of each label and bin the positives and negatives.
        self.counts = self.k.zeros((self.num_labels, 4), "float64")
        self.steps = self.k.zeros((self.num_labels, self.bins, 2), "float64")
        self._given = self.k.array(self.thresholds), self.k.array(self.curve_thresholds)

    def update(self, probabilities, targets) -> None:
        """Adds rows of probabilities (not logits) and targets."""
        p, y = checked_rows("probabilities", probabilities, self.num_labels), checked_rows("targets", targets, self.num_labels)
        if len(p) != len(y):
            raise ValueError(f"probabilities and targets must have as many rows, but have {len(p)} and {len(y)}")
        if not ((p >= 0) & (p <= 1)).all():
            raise ValueError("probabilities must be from 0 to 1: logits, or rows with NaN, are none")
        codes = self._codes(y)
        block = max(1, BLOCK_ELEMENTS // self.num_labels)
        for at in range(0, len(p), block):
            scores = self.k.array(np.ascontiguousarray(p[at : at + block], "f4"))
            self.count(scores, self.k.array(codes[at : at + block]), len(codes[at : at + block]))

    def count(self, scores: Array, codes: Array, rows: int) -> None:
        """The same from linear memory: probabilities, and bytes 0, 1 or 2 for a missing target."""
        sizes = {"rows": rows, "labels": self.num_labels}
        thresholds, curve = self._given
        self.k.call("stat_scores_update", scores=scores, codes=codes, thresholds=thresholds, state=self.counts, **sizes)
        self.k.call(
            "binned_curve_update", scores=scores, codes=codes, thresholds=curve, state=self.steps, bins=self.bins, **sizes
        )

    def merge_state(self, other: MetricStates) -> None:
        """Adds what another one has counted."""
        if not isinstance(other, MetricStates):
            raise TypeError(f"merge_state: other must be MetricStates, but got {type(other).__name__}")
        same = all(
            np.array_equal(a, b)
            for a, b in [(self.thresholds, other.thresholds), (self.curve_thresholds, other.curve_thresholds)]
        )
        if not same or self.num_labels != other.num_labels:
            raise ValueError("merge_state: both must have the same labels and thresholds")
        for mine, others in [(self.counts, other.counts), (self.steps, other.steps)]:
            mine.view()[...] += others.view() if other is not self else others.numpy()

    def to_bytes(self) -> bytes:
        """What was counted, for ``add_bytes`` of one with the same thresholds elsewhere."""
        return self.counts.view().astype("<f8").tobytes() + self.steps.view().astype("<f8").tobytes()

    def add_bytes(self, state: bytes) -> None:
        numbers = np.frombuffer(state, "<f8")
        if numbers.size != self.counts.size + self.steps.size:
            raise ValueError(f"add_bytes: state must have {self.counts.size + self.steps.size} numbers, but has {numbers.size}")
        self.counts.view()[...] += numbers[: self.counts.size].reshape(self.counts.shape)
        self.steps.view()[...] += numbers[self.counts.size :].reshape(self.steps.shape)

    def stat_scores(self, average="none") -> np.ndarray:
        """tp, fp, tn, fn and support of each label, or of all with average 'micro'."""
        out = self.k.empty((self._results(average), 5), "float32")
        self.k.call("stat_scores_columns", state=self.counts, labels=self.num_labels, average=average, floats=out)
        return out.numpy() if average == "none" else out.numpy()[0]

    def statistic(self, name="fbeta", average="macro", beta=1.0, zero_division=0.0):
        """F-beta, 'precision', 'recall', 'accuracy', 'jaccard' … by the names in docs/abi.md."""
        out = self.k.empty(self._results(average))
        given = {"statistic": name, "beta": beta, "average": average, "zero_division": zero_division}
        self.k.call("stat_scores_reduce", state=self.counts, labels=self.num_labels, out=out, **given)
        return out.numpy() if average == "none" else float(out.view()[0])

    def auroc(self, average="macro"):
        """The area under the curve of the binned thresholds."""
        return self._area("roc", average)

    def average_precision(self, average="macro"):
        """Average precision at the binned thresholds."""
        return self._area("average_precision", average)

    def _area(self, curve: str, average: str):
        out = self.k.empty(self._results(average))
        given = {"curve": curve, "labels": self.num_labels, "bins": self.bins, "average": average}
        self.k.call("binned_curve_area", state=self.steps, out=out, **given)
        return out.numpy() if average == "none" else float(out.view()[0])

    def _results(self, average: str) -> int:
        return self.num_labels if average == "none" else 1

    def _codes(self, targets: np.ndarray) -> np.ndarray:
        ignore = float("inf") if self.ignore_index is None else float(self.ignore_index)
        y, codes = self.k.array(np.ascontiguousarray(targets, "f4")), self.k.empty(targets.shape, "uint8")
        at = self.k.call("encode_labels", targets=y, ignore=ignore, codes=codes, length=targets.size)
        if at < targets.size:
            row, label = divmod(at, self.num_labels)
            raise ValueError(f"targets must be 0 or 1, but row {row} has {targets[row, label]} for label {label}")
        return codes.numpy()


def _curve_thresholds(given) -> np.ndarray:
    if isinstance(given, (int, np.integer)):
        if given < 2:
            raise ValueError(f"MetricStates: curve_thresholds must be at least 2, but got {given}")
        # The bits of torch.linspace(0, 1, steps).
        step, i = float(np.float32(1 / (given - 1))), np.arange(given)
        return np.where(i < given // 2, step * i, 1 - step * (given - 1 - i)).astype("f4")
    values = np.sort(np.asarray(given, "f4").reshape(-1))
    if values.size == 0 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("MetricStates: curve_thresholds must be numbers from 0 to 1")
    return values
