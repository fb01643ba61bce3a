"""The loss of training, with the keywords of JavaScript's ``MultiLabelSoftMarginLoss``."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

#: What the kernels take for no ignored value.
NONE_IGNORED = float("inf")


@dataclass
class MultiLabelSoftMarginLoss:
    """``-mean_c w_c (p_c y log σ(x) + (1 - y) log σ(-x))`` of each row, and the mean over rows.

    ``weight`` w and ``pos_weight`` p are a number or one for each label; ``label_smoothing`` ε makes ``y (1 - ε) + ε / 2`` of a
    target y. Targets equal to ``ignore_index``, such as -1 or NaN, are missing: a row's loss is the mean over its known labels,
    and rows without any cost nothing and do not count. Source: torch.nn.MultiLabelSoftMarginLoss, which has ``weight`` alone.
    """

    weight: object = None
    pos_weight: object = None
    label_smoothing: float = 0.0
    ignore_index: float | None = None

    def __post_init__(self):
        smoothing = self.label_smoothing
        if not _is_number(smoothing):
            raise TypeError(f"label_smoothing must be a number, but got {type(smoothing).__name__}")
        if not 0 <= smoothing <= 1:
            raise ValueError(f"label_smoothing must be between 0.0 and 1.0, but got {smoothing}")
        self.ignore_index = ignored(self.ignore_index)
        # Numbers as lists: two losses are told apart by what repr says.
        for name in ("weight", "pos_weight"):
            if isinstance(getattr(self, name), np.ndarray):
                setattr(self, name, getattr(self, name).tolist())

    def weights(self, labels: int) -> dict[str, np.ndarray]:
        """``weight`` and ``pos_weight``, if they are given, as float32 numbers of that many labels."""
        given = {"weight": self.weight, "pos_weight": self.pos_weight}
        return {name: _per_label(name, value, labels) for name, value in given.items() if value is not None}

    @property
    def ignored(self) -> float:
        """The value of missing targets as the kernels take it."""
        return NONE_IGNORED if self.ignore_index is None else self.ignore_index

    def missing(self, targets: np.ndarray) -> np.ndarray | None:
        """Which targets, of float32, are missing; None where none may be."""
        if self.ignore_index is None:
            return None
        return np.isnan(targets) if math.isnan(self.ignore_index) else targets == np.float32(self.ignore_index)

    def known_rows(self, targets: np.ndarray) -> int:
        """How many rows have a target that is not missing."""
        missing = self.missing(targets)
        return len(targets) if missing is None else int((~missing).any(1).sum())


def ignored(given) -> float | None:
    """An ``ignore_index`` that float32 holds, or None."""
    if given is None:
        return None
    if not _is_number(given):
        raise TypeError(f"ignore_index must be a number or None, but got {type(given).__name__}")
    with np.errstate(over="ignore"):
        value = float(np.float32(given))
    if math.isinf(value):
        raise ValueError(f"ignore_index must be a finite number, NaN or None, but got {given}")
    return value


def _is_number(value) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _per_label(name: str, given, labels: int) -> np.ndarray:
    try:
        values = np.asarray(given)
    except ValueError:
        values = np.empty(0, object)
    if values.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be a number or {labels} numbers, but got {given!r}")
    if values.ndim > 1 or (values.ndim == 1 and values.size != labels):
        raise ValueError(f"{name} must be a number or {labels} numbers, one for each label, but has shape {list(values.shape)}")
    with np.errstate(over="ignore"):
        values = np.broadcast_to(values.astype("f4"), (labels,)).copy()
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite numbers of float32, but got {given!r}")
    return values
