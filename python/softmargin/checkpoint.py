"""Files of weights as plain data with numpy arrays: safetensors, and the zip files of ``torch.save``, without torch.

Nothing in a file can run: a pickle may only make dicts, lists, numbers, strings and tensors, and is checked before.
"""

from __future__ import annotations

import io
import json
import pickle
import pickletools
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import safetensors

#: No model that linear memory can hold has more.
MOST_BYTES = 2**32

_STORAGES = {
    "FloatStorage": "f4",
    "DoubleStorage": "f8",
    "HalfStorage": "f2",
    "BFloat16Storage": "bf16",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
_SAFETENSORS = {
    "F32": "f4",
    "F64": "f8",
    "F16": "f2",
    "BF16": "bf16",
    "I64": "i8",
    "I32": "i4",
    "I16": "i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}


class CheckpointError(ValueError):
    """A file that is not what it should be."""


def read(path) -> tuple[object, dict[str, str]]:
    """What the file holds, and the metadata of a safetensors file (else an empty dict)."""
    path = Path(path)
    data = path.read_bytes()
    if data[:4] == b"PK\x03\x04":
        return _read_zip(path.name, data), {}
    if len(data) >= 9 and data[8:9] == b"{":
        return _read_safetensors(path.name, data)
    raise CheckpointError(f"{path.name} is neither a safetensors file nor a zip file of torch.save")


def _read_safetensors(name: str, data: bytes) -> tuple[dict, dict[str, str]]:
    try:
        tensors = safetensors.deserialize(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    except (safetensors.SafetensorError, ValueError) as error:
        raise CheckpointError(f"{name} is no valid safetensors file: {error}") from None
    arrays = {}
    for key, tensor in tensors:
        kind = _SAFETENSORS.get(tensor["dtype"])
        if kind is None:
            raise CheckpointError(f"{name}: {key} is of {tensor['dtype']}, which no layer here takes")
        arrays[key] = _numbers(tensor["data"], kind).reshape(tensor["shape"])
    return arrays, dict(header.get("__metadata__") or {})


def _numbers(data: bytes, kind: str) -> np.ndarray:
    if kind == "bf16":
        # The upper half of a float32.
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
    return np.frombuffer(data, np.dtype(kind).newbyteorder("<"))


def _read_zip(name: str, data: bytes) -> object:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        # Uncompressed, as torch writes them: what is read is never larger than the file.
        compressed = next((entry for entry in archive.infolist() if entry.compress_type != zipfile.ZIP_STORED), None)
        if compressed is not None:
            raise CheckpointError(f"{name}: {compressed.filename} is compressed, which torch.save never does")
        pickles = [each for each in archive.namelist() if each.endswith("/data.pkl") or each == "data.pkl"]
        if len(pickles) != 1:
            raise CheckpointError(f"{name} has no data.pkl: it is no file of torch.save")
        root = pickles[0][: -len("data.pkl")]
        if root + "byteorder" in archive.namelist() and archive.read(root + "byteorder").strip() == b"big":
            raise CheckpointError(f"{name} was written on a machine with the other order of bytes")
        content = archive.read(pickles[0])
        return _Reader(name, content, archive, root).value()
    except CheckpointError:
        raise
    except (zipfile.BadZipFile, ArithmeticError, EOFError, LookupError, OSError, RuntimeError, ValueError, struct.error) as error:
        # zipfile raises all of these for fields that are wrong.
        raise CheckpointError(f"{name} is no valid file of torch.save: {error}") from None


class _Callable:
    """A function that a pickle may call. It has no attributes that a pickle could set."""

    __slots__ = ("_function",)

    def __init__(self, function):
        object.__setattr__(self, "_function", function)

    def __call__(self, *arguments):
        return self._function(*arguments)

    def __setattr__(self, name, value):
        raise CheckpointError("a pickle tries to change a function")

    def __setstate__(self, state):
        raise CheckpointError("a pickle tries to change a function")


class _Tensor:
    """A tensor as the pickle describes it; checked when all is read."""

    __slots__ = ("_parts",)

    def __init__(self, *parts):
        object.__setattr__(self, "_parts", parts)

    def __setattr__(self, name, value):
        raise CheckpointError("a pickle tries to change a tensor")

    def __setstate__(self, state):
        raise CheckpointError("a pickle tries to change a tensor")


class _Dict(OrderedDict):
    """torch gives its dicts attributes (``_metadata``), which are not needed."""

    def __setstate__(self, state):
        pass


def _only_tensor(tensor, *_):
    return tensor


class _Reader(pickle.Unpickler):
    def __init__(self, name: str, content: bytes, archive: zipfile.ZipFile, root: str):
        _check_instructions(name, content)
        super().__init__(io.BytesIO(content), encoding="utf-8")
        self.name, self.archive, self.root = name, archive, root
        self.entries = set(archive.namelist())
        self.storages: dict[str, np.ndarray] = {}
        self.bytes = 0

    def value(self) -> object:
        try:
            return self._plain(self.load(), 0)
        except CheckpointError:
            raise
        except Exception as error:  # Whatever a broken pickle makes the machine do.
            raise CheckpointError(f"{self.name}: its pickle cannot be read: {error}") from None

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return _Callable(_Dict)
        if module == "torch._utils":
            if name == "_rebuild_tensor_v2":
                return _Callable(_Tensor)
            if name in ("_rebuild_parameter", "_rebuild_parameter_with_state"):
                return _Callable(_only_tensor)
        if module == "torch" and name in _STORAGES:
            return name
        if module == "torch" and name == "Size":
            return _Callable(lambda sizes: tuple(sizes))
        raise CheckpointError(
            f"{self.name}: its pickle needs {module}.{name}, which is no part of a state_dict: "
            "save model.state_dict(), not the model"
        )

    def persistent_load(self, pid):
        if not (isinstance(pid, tuple) and len(pid) == 5 and pid[0] == "storage" and pid[1] in _STORAGES):
            raise CheckpointError(f"{self.name}: its pickle has a storage of an unknown kind")
        return pid[1], str(pid[2])

    def _plain(self, value, depth):
        if depth > 50:
            raise CheckpointError(f"{self.name}: its data is nested too deeply")
        if isinstance(value, _Tensor):
            return self._array(*value._parts)
        if isinstance(value, dict):
            return {key: self._plain(each, depth + 1) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._plain(each, depth + 1) for each in value)
        return value

    def _array(self, storage, offset, size, stride, *_) -> np.ndarray:
        kind, key = storage
        if key not in self.storages:
            entry = f"{self.root}data/{key}"
            if entry not in self.entries:
                raise CheckpointError(f"{self.name}: {entry} is missing")
            self.storages[key] = _numbers(self.archive.read(entry), _STORAGES[kind])
        numbers = self.storages[key]
        sizes = [offset, *size, *stride]
        if len(size) != len(stride) or any(type(each) is not int or each < 0 for each in sizes):
            raise CheckpointError(f"{self.name}: a tensor has no valid size")
        count = int(np.prod(size, dtype=object)) if size else 1
        self.bytes += count * numbers.itemsize
        if self.bytes > MOST_BYTES:
            raise CheckpointError(f"{self.name}: its tensors have more than {MOST_BYTES} bytes")
        last = offset + sum((each - 1) * step for each, step in zip(size, stride))
        if count and last >= numbers.size:
            raise CheckpointError(f"{self.name}: a tensor is larger than its storage")
        if count == 0:
            return np.empty(size, numbers.dtype)
        steps = [step * numbers.itemsize for step in stride]
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(numbers[offset:], size, steps)).reshape(size)


#: What can be executed is decided by find_class; these would reach past it, or need attributes.
_FORBIDDEN = {"INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID", "NEXT_BUFFER", "READONLY_BUFFER"}


def _check_instructions(name: str, content: bytes) -> None:
    """Before anything runs: a place of the memo beyond the file would reserve memory without bound."""
    try:
        for opcode, argument, _ in pickletools.genops(content):
            if opcode.name in _FORBIDDEN:
                raise CheckpointError(
                    f"{name}: its pickle has the instruction {opcode.name}, which no state_dict needs: "
                    "save model.state_dict(), not the model"
                )
            if "PUT" in opcode.name and int(argument) > len(content):
                raise CheckpointError(f"{name}: its pickle has a memo beyond its end")
    except CheckpointError:
        raise
    except Exception as error:
        raise CheckpointError(f"{name}: its pickle cannot be read: {error}") from None
