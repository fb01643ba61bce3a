"""Models and rows that JavaScript and torch wrote down, and the rows of write_model.mjs and write_losses.mjs."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from softmargin import model

FOLDER = Path(__file__).parent
ROWS, FEATURES, LABELS = 5000, 37, 11


def _product(length: int, factor: int) -> np.ndarray:
    """``Math.imul``, as an unsigned number."""
    return np.arange(length, dtype="u4") * np.uint32(factor)


def rows() -> tuple[np.ndarray, np.ndarray]:
    x = (_product(ROWS * FEATURES, 2654435761) >> 8) % 4096 / 512 - 4
    y = (_product(ROWS * LABELS, 2246822519) >> 9) % 5 == 0
    return x.astype("f4").reshape(ROWS, FEATURES), y.reshape(ROWS, LABELS)


def missing() -> np.ndarray:
    """Which targets write_losses.mjs leaves out."""
    some = (_product(ROWS * LABELS, 3266489917) >> 9) % 7 == 0
    return some.reshape(ROWS, LABELS) | (np.arange(ROWS) % 100 == 0)[:, None]


def values(name: str) -> dict:
    return json.loads((FOLDER / name).read_text())


def digest(array: np.ndarray) -> str:
    return sha256(np.ascontiguousarray(array, "<f4").tobytes()).hexdigest()


WRITTEN = values("model.json")


def loaded(name: str) -> model.Model:
    return model.load(FOLDER / f"{name}.pt", WRITTEN[name]["architecture"])
