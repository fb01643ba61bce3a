"""What every job shares: the model and the kernels on the workers."""

from __future__ import annotations

import hashlib
import os

from ..model import Model, load
from ..wasm import Kernels, module_bytes

_kernels: dict[str, Kernels] = {}


def model_of(given) -> Model:
    """A model, or the one of a file that says its architecture."""
    if isinstance(given, Model):
        return given
    if isinstance(given, (str, os.PathLike)):
        return load(given)
    raise TypeError(f"model must be a Model or a path, but got {type(given).__name__}")


def broadcast(df, model: Model):
    """The model and the binary, sent once to each executor: all have the bits of the driver's."""
    return df.sparkSession.sparkContext.broadcast((model, module_bytes()))


def kernels_of(module: bytes) -> Kernels:
    """The instance of this worker, which Spark uses for many tasks, one after another."""
    key = hashlib.sha256(module).hexdigest()
    if key not in _kernels:
        _kernels[key] = Kernels(module)
    return _kernels[key]


def partition() -> int:
    from pyspark import TaskContext

    context = TaskContext.get()
    return 0 if context is None else context.partitionId()
