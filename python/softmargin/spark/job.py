"""What every job shares: the model and the kernels on the workers."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

from ..model import Model, load
from ..wasm import Kernels, module_bytes

_kernels: dict[str, Kernels] = {}
_shipped: dict[str, tempfile.TemporaryDirectory] = {}


def model_of(given) -> Model:
    """A model, or the one of a file that says its architecture."""
    if isinstance(given, Model):
        return given
    if isinstance(given, (str, os.PathLike)):
        return load(given)
    raise TypeError(f"model must be a Model or a path, but got {type(given).__name__}")


def broadcast(df, model: Model):
    """The model and the binary, sent once to each executor, and this package: all have the code and the bits of the driver's."""
    context = df.sparkSession.sparkContext
    _ship(context)
    return context.broadcast((model, module_bytes()))


def _ship(context) -> None:
    """Executors need wasmtime, numpy and safetensors, but not this package."""
    package = Path(__file__).resolve().parents[1]
    # A package that is in a zip file itself was shipped by someone else.
    if context.applicationId in _shipped or not package.is_dir():
        return
    files = sorted(package.rglob("*.py"))
    content = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, f"softmargin_{content}.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, Path(package.name, file.relative_to(package)))
    context.addPyFile(str(path))
    # Executors take it from the driver when their first task comes: it stays as long as this process.
    _shipped[context.applicationId] = folder


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
