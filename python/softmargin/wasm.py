"""The kernels in this process: one instance of ``softmargin.core.wasm`` in wasmtime, and arrays in its memory.

The module is compiled once per machine: wasmtime keeps the result in its cache. An instance is one thread's; make one
``Kernels`` for each thread.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import numpy as np
import wasmtime
from wasmtime import _ffi as ffi

from .contract import contract_of, elements_of

#: Elements of arrays by their names in the contract.
DTYPES = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "i8": np.dtype(np.int8),
    "i16": np.dtype(np.int16),
    "i32": np.dtype(np.int32),
    "i64": np.dtype(np.int64),
    "u8": np.dtype(np.uint8),
    "u16": np.dtype(np.uint16),
    "u32": np.dtype(np.uint32),
    "u64": np.dtype(np.uint64),
}

#: A memory of 32 bits addresses no more.
MOST_BYTES = 2**32 - 2**16


def module_bytes() -> bytes:
    """The binary: that of ``SOFTMARGIN_WASM``, of this package, or of the repository that this file lies in."""
    named = os.environ.get("SOFTMARGIN_WASM")
    here = Path(__file__).resolve().parent
    beside, built = here / "softmargin.core.wasm", here.parents[1] / "dist" / "softmargin.core.wasm"
    for path in [Path(named)] if named else [beside, built]:
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError(f"softmargin.core.wasm is not at {named or beside}: `npm run build` makes it")


class Array:
    """A block of linear memory. ``view()`` is a numpy array of it, which is stale once memory grows: ask anew."""

    __slots__ = ("kernels", "address", "shape", "dtype", "nbytes")

    def __init__(self, kernels: Kernels, shape: tuple[int, ...], dtype: np.dtype):
        self.kernels, self.shape, self.dtype = kernels, shape, dtype
        self.nbytes = int(np.prod(shape, dtype=object)) * dtype.itemsize
        self.address = 0
        self.address = kernels._allocate(self.nbytes)

    @property
    def size(self) -> int:
        return self.nbytes // self.dtype.itemsize

    def view(self) -> np.ndarray:
        if self.nbytes == 0:
            return np.empty(self.shape, self.dtype)
        raw = (ctypes.c_char * self.nbytes).from_address(self.kernels._base() + self.address)
        return np.frombuffer(raw, self.dtype).reshape(self.shape)

    def numpy(self) -> np.ndarray:
        """A copy."""
        return self.view().copy()

    def __del__(self):
        # Nothing is called here: the collector comes in the middle of other calls, and to an instance before its arrays.
        if self.address:
            self.kernels._unused.append((self.address, self.nbytes))
            self.address = 0


class Kernels:
    """One instance. ``call`` takes arrays and numbers by their names in docs/abi.md, and checks every length it can."""

    def __init__(self, module: bytes | None = None):
        bytes_of_module = module_bytes() if module is None else module
        self.contract = contract_of(bytes_of_module)
        config = wasmtime.Config()
        config.cache = True
        engine = wasmtime.Engine(config)
        self._store = wasmtime.Store(engine)
        instance = wasmtime.Instance(self._store, wasmtime.Module(engine, bytes_of_module), [])
        self._exports = instance.exports(self._store)
        self._memory = self._exports["memory"]
        self._context = self._store._context()
        self._entries: dict[str, _Entry] = {}
        #: Addresses and bytes of arrays that are gone.
        self._unused: list[tuple[int, int]] = []
        self._workspace: Array | None = None

    def empty(self, shape: int | tuple[int, ...], dtype="float32") -> Array:
        """An array of uninitialised elements."""
        sizes = (shape,) if isinstance(shape, int) else tuple(int(size) for size in shape)
        if any(size < 0 for size in sizes):
            raise ValueError(f"empty: shape must have no negative size, but got {sizes}")
        return Array(self, sizes, np.dtype(dtype))

    def array(self, values) -> Array:
        """A copy of numbers in linear memory."""
        values = np.asarray(values)
        if values.dtype == np.bool_:
            values = values.view(np.uint8)
        if values.dtype not in DTYPES.values():
            raise TypeError(f"array: elements must be of one of {', '.join(DTYPES)}, but got {values.dtype}")
        array = self.empty(values.shape, values.dtype)
        np.copyto(array.view(), values)
        return array

    def zeros(self, shape: int | tuple[int, ...], dtype="float32") -> Array:
        array = self.empty(shape, dtype)
        array.view().fill(0)
        return array

    def workspace(self) -> Array:
        """The workspace of products."""
        if self._workspace is None:
            self._workspace = self.empty(self.raw("gemm_workspace_bytes") // 4)
        return self._workspace

    def call(self, name: str, /, **arguments):
        """Calls a kernel; an argument that is not named is 0, False or none. What the contract forbids throws first."""
        function = self.contract["functions"].get(name)
        if function is None:
            raise AttributeError(f"the module has no kernel {name}")
        parameters = function["parameters"]
        unknown = set(arguments) - {parameter["name"] for parameter in parameters}
        if unknown:
            raise TypeError(f"{name}() got an unexpected argument {sorted(unknown)[0]}")
        scalars, codes = {}, self.contract["codes"]
        for parameter in parameters:
            if "array" not in parameter:
                scalars[parameter["name"]] = _scalar(name, parameter, arguments.get(parameter["name"], 0), codes)
        values = []
        for parameter in parameters:
            given = arguments.get(parameter["name"])
            if "array" in parameter:
                values.append(self._address(name, parameter["name"], parameter["array"], given, scalars))
            else:
                values.append(scalars[parameter["name"]])
        _check_overlaps(name, parameters, arguments)
        return self.raw(name, *values)

    def raw(self, name: str, *values):
        """Calls a kernel by position, without any check: for loops that have checked once."""
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = _Entry(self._exports[name], self._store)
        return entry(self._context, values)

    def _address(self, name: str, parameter: str, declared: dict, given, scalars: dict) -> int:
        if given is None:
            if declared.get("nullable"):
                return 0
            raise TypeError(f"{name}() missing array {parameter}")
        if not isinstance(given, Array) or given.kernels is not self:
            raise TypeError(f"{name}: {parameter} must be an Array of these kernels, but got {type(given).__name__}")
        element = declared["element"]
        if element in DTYPES:
            if given.dtype != DTYPES[element]:
                # Without a declared length the kernel takes several types, as an argument beside it says.
                if declared["shape"] is not None:
                    raise TypeError(f"{name}: {parameter} must be of {DTYPES[element]}, but is of {given.dtype}")
        size = self.contract["elements"][element][0] if declared["shape"] is not None else given.dtype.itemsize
        needed = elements_of(declared["shape"], scalars)
        if needed is not None and needed * size > given.nbytes:
            raise ValueError(
                f"{name}: {parameter} must have {needed} elements ({' x '.join(declared['shape'])}), "
                f"but has {given.nbytes // size}"
            )
        return given.address

    def _allocate(self, nbytes: int) -> int:
        while self._unused:
            self.raw("free", *self._unused.pop())
        address = self.raw("allocate", nbytes) & 0xFFFFFFFF if nbytes <= MOST_BYTES else 0
        if address == 0:
            raise MemoryError(f"linear memory cannot hold {nbytes} bytes more")
        return address

    def _base(self) -> int:
        return ctypes.addressof(self._memory.data_ptr(self._store).contents)


class _Entry:
    """An export by wasmtime's C API: the public one looks types up with each call, which takes most of its time."""

    def __init__(self, function: wasmtime.Func, store: wasmtime.Store):
        types = function.type(store)
        self.function = function
        self.fields = [str(kind) for kind in types.params]
        self.result = next((str(kind) for kind in types.results), None)
        self.values = (ffi.wasmtime_val_raw_t * max(len(self.fields), 1))()
        self.trap = ctypes.POINTER(ffi.wasm_trap_t)()

    def __call__(self, context, arguments):
        values = self.values
        for i, (field, value) in enumerate(zip(self.fields, arguments, strict=True)):
            setattr(values[i], field, value)
        trap = self.trap
        error = ffi.wasmtime_func_call_unchecked(
            context, ctypes.byref(self.function._func), values, len(values), ctypes.byref(trap)
        )
        if error:
            raise wasmtime.WasmtimeError._from_ptr(error)
        if trap:
            self.trap = ctypes.POINTER(ffi.wasm_trap_t)()
            raise wasmtime.Trap._from_ptr(trap)
        return None if self.result is None else getattr(values[0], self.result)


def _scalar(name: str, parameter: dict, given, codes: dict):
    """A number as the kernel takes it; a code by its name."""
    code = parameter.get("code")
    if code is not None and isinstance(given, str):
        values = codes[code]["values"]
        if given not in values:
            raise ValueError(f"{name}: {parameter['name']} must be one of {', '.join(values)}, but got {given!r}")
        return values[given]
    if not isinstance(given, (int, float, np.integer, np.floating, bool, np.bool_)):
        raise TypeError(f"{name}: {parameter['name']} must be a number, but got {type(given).__name__}")
    if parameter["type"] != "i32":
        return float(given)
    if given != int(given):
        raise TypeError(f"{name}: {parameter['name']} must be a whole number, but got {given}")
    least, most = (0, 2**32 - 1) if parameter.get("scalar") in ("usize", "u32") else (-(2**31), 2**31 - 1)
    if not least <= given <= most:
        raise ValueError(f"{name}: {parameter['name']} must be from {least} to {most}, but got {given}")
    return int(given)


def _check_overlaps(name: str, parameters: list, arguments: dict) -> None:
    """What is written must be no other argument's."""
    arrays = [(each["name"], each["array"]) for each in parameters if isinstance(arguments.get(each["name"]), Array)]
    for written, declared in arrays:
        if not declared.get("written"):
            continue
        for other, _ in arrays:
            if other != written and arguments[other] is arguments[written] and arguments[other].nbytes > 0:
                raise ValueError(f"{name}: {written} is written, so it must not be {other} too")


_of_process: Kernels | None = None


def kernels() -> Kernels:
    """The instance of this process, made with the first call."""
    global _of_process
    if _of_process is None:
        _of_process = Kernels()
    return _of_process
