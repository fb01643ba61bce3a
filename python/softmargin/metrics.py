"""Metrics as states that merge exactly: counts and steps of binned curves, in whole float64 numbers, as JavaScript's metrics have.

Merging in any order gives the same bits, so that results do not depend on how rows are divided.
"""

from __future__ import annotations

import numpy as np

from .curves import ExactCurves, area, averaged, furthest, range_of
from .loss import ignored
from .model import checked_rows
from .wasm import Array, Kernels, kernels

#: In a block of rows.
BLOCK_ELEMENTS = 2**22
#: Of exact curves that outgrow their memory.
FALLBACK_THRESHOLDS = 1001
#: 20 bytes each.
EXACT_SCORES = 2**25


class MetricStates:
    """Counts of each label at its threshold, and steps of its curve at ``curve_thresholds``.

    ``thresholds`` is a number or one for each label: as in torchmetrics, a label is predicted where its probability is above it.
    ``curve_thresholds`` is a number of even ones from 0 to 1, or a list. With None every score is one, and areas are exact, as long
    as there are at most ``exact_scores`` distinct ones of all labels together; beyond that the curves have 1,001 even thresholds.
    ``is_exact`` says which, and ``auroc_error`` and ``average_precision_error`` how far areas may be off.
    Targets equal to ``ignore_index`` are missing.
    """

    def __init__(
        self,
        num_labels: int,
        thresholds=0.5,
        curve_thresholds=101,
        ignore_index=None,
        k: Kernels | None = None,
        exact_scores: int = EXACT_SCORES,
    ):
        if not (isinstance(num_labels, (int, np.integer)) and not isinstance(num_labels, bool) and num_labels >= 1):
            raise ValueError(f"MetricStates: num_labels must be at least 1, but got {num_labels!r}")
        if not (isinstance(exact_scores, (int, np.integer)) and not isinstance(exact_scores, bool) and exact_scores >= 0):
            raise ValueError(f"MetricStates: exact_scores must be a whole number of at least 0, but got {exact_scores!r}")
        self.k, self.num_labels, self.ignore_index = k or kernels(), int(num_labels), ignored(ignore_index)
        self.thresholds = label_thresholds(thresholds, self.num_labels)
        self.curve_thresholds = _curve_thresholds(FALLBACK_THRESHOLDS if curve_thresholds is None else curve_thresholds)
        self._curves = ExactCurves(self.num_labels, int(exact_scores)) if curve_thresholds is None else None
        self.bins = self.curve_thresholds.size + 1
        # Of each label the counts; then of each label and bin the positives and negatives.
        self.counts = self.k.zeros((self.num_labels, 4), "float64")
        self.steps = self.k.zeros((self.num_labels, self.bins, 2), "float64")
        self._bytes = 8 * (self.counts.size + self.steps.size)
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
        if self._curves is not None:
            size = rows * self.num_labels
            at = (each.view().reshape(-1)[:size].reshape(rows, self.num_labels) for each in (scores, codes))
            self._curves.update(*at)

    def merge_state(self, other: MetricStates) -> None:
        """Adds what another one has counted."""
        if not isinstance(other, MetricStates):
            raise TypeError(f"merge_state: other must be MetricStates, but got {type(other).__name__}")
        same = all(
            np.array_equal(a, b)
            for a, b in [(self.thresholds, other.thresholds), (self.curve_thresholds, other.curve_thresholds)]
        )
        if not same or self.num_labels != other.num_labels or (self._curves is None) != (other._curves is None):
            raise ValueError("merge_state: both must have the same labels and thresholds")
        self.add_bytes(other.to_bytes())

    def to_bytes(self) -> bytes:
        """What was counted, for ``add_bytes`` of one with the same thresholds elsewhere."""
        counted = self.counts.view().astype("<f8").tobytes() + self.steps.view().astype("<f8").tobytes()
        return counted + (b"" if self._curves is None else self._curves.to_bytes())

    def add_bytes(self, state: bytes) -> None:
        counted, curves = state[: self._bytes], state[self._bytes :]
        if len(counted) < self._bytes or (curves and self._curves is None):
            raise ValueError(f"add_bytes: state must have {self._bytes // 8} numbers, but has {len(state) / 8:g}")
        if self._curves is not None:
            self._curves.add_bytes(curves)
        numbers = np.frombuffer(counted, "<f8")
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

    @property
    def is_exact(self) -> bool:
        """Whether areas are those of every score."""
        if self._curves is None:
            return False
        # Joins what is waiting.
        self._curves.to_bytes()
        return not self._curves.is_over

    def auroc(self, average="macro"):
        """The area under the ROC curve: of every score if ``is_exact``, else at the binned thresholds."""
        return self._area("roc", average)

    def average_precision(self, average="macro"):
        """Average precision: of every score if ``is_exact``, else at the binned thresholds."""
        return self._area("average_precision", average)

    def auroc_error(self, average="macro"):
        """How far ``auroc(average)`` may be from that of every score at most: 0 if it is that."""
        return self._error("roc", average)

    def average_precision_error(self, average="macro"):
        """How far ``average_precision(average)`` may be from that of every score at most: 0 if it is that."""
        return self._error("average_precision", average)

    def _area(self, curve: str, average: str):
        self._check_average(average)
        if self.is_exact:
            found = self._exact(curve, average)
            return np.float32(found) if average == "none" else float(np.float32(found))
        return self._binned(curve, average)

    def _binned(self, curve: str, average: str):
        out = self.k.empty(self._results(average))
        given = {"curve": curve, "labels": self.num_labels, "bins": self.bins, "average": average}
        self.k.call("binned_curve_area", state=self.steps, out=out, **given)
        return out.numpy() if average == "none" else float(out.view()[0])

    def _exact(self, curve: str, average: str):
        if average == "micro":
            return area(curve, self._curves.steps())
        steps = [self._curves.steps(label) for label in range(self.num_labels)]
        areas = [area(curve, each) for each in steps]
        return areas if average == "none" else averaged([(a, each[:, 0].sum()) for a, each in zip(areas, steps)], average)

    def _error(self, curve: str, average: str):
        self._check_average(average)
        if self.is_exact:
            return np.zeros(self.num_labels, "f4") if average == "none" else 0.0
        steps = self.steps.view()[:, ::-1]
        if average == "micro":
            return furthest(self._binned(curve, average), *range_of(curve, steps.sum(0)))
        found = self._binned(curve, "none").tolist()
        errors = [furthest(value, *range_of(curve, each)) for value, each in zip(found, steps)]
        return np.array(errors) if average == "none" else averaged([(e, each[:, 0].sum()) for e, each in zip(errors, steps)], average)

    def _check_average(self, average: str) -> None:
        averages = self.k.contract["codes"]["AverageCode"]["values"]
        if average not in averages:
            raise ValueError(f"average must be one of {', '.join(averages)}, but got {average!r}")

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


def label_thresholds(given, labels: int) -> np.ndarray:
    """One for each label, of a number or so many."""
    values = np.asarray(given)
    if values.dtype.kind not in "fiu" or values.ndim > 1 or (values.ndim == 1 and values.size != labels):
        raise ValueError(f"thresholds must be a number or {labels} numbers, but got {given!r}")
    if np.isnan(values).any():
        raise ValueError(f"thresholds must be numbers, but got {given!r}")
    return np.broadcast_to(values.astype("f4"), (labels,)).copy()


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
