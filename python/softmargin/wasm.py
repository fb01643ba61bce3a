"""The kernels in this process: one instance of ``softmargin.core.wasm`` in wasmtime, and arrays in its memory.

The module is compiled once per machine: wasmtime keeps the result in its cache. An instance is one thread's; make one
``Kernels`` for each thread.
"""

from __future__ import annotations

import ctypes
import math
import os
from pathlib import Path

import numpy as np
import wasmtime
from wasmtime import _ffi as ffi

from .checks import check_contents, check_overlaps, check_sizes, element, scalar
from .contract import DTYPES, contract_of
from .lengths import Lengths

#: They take addresses.
ALLOCATOR = ("allocate", "free")

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

    def __copy__(self):
        raise TypeError("an Array is a place in memory: kernels.array(a.numpy()) makes another one")

    __deepcopy__ = __reduce_ex__ = lambda self, _: self.__copy__()

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
        #: Bytes of the arrays that are there, by their addresses.
        self._blocks: dict[int, int] = {}
        self._workspace: Array | None = None
        self._lengths = Lengths(self.raw)

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
        """Calls a kernel; an argument that is not named is 0, False or none. What the contract forbids throws first.

        TypeError too for kernels that the contract does not describe so far: those of a struct, and arrays of indices.
        """
        function = self.contract["functions"].get(name)
        if function is None:
            raise AttributeError(f"the module has no kernel {name}")
        parameters = function["parameters"]
        unknown = set(arguments) - {parameter["name"] for parameter in parameters}
        if unknown:
            raise TypeError(f"{name}() got an unexpected argument {sorted(unknown)[0]}")
        scalars, codes = {}, self.contract["codes"]
        for parameter in parameters:
            if "struct" in parameter or name in ALLOCATOR:
                raise TypeError(f"{name}: {parameter['name']} cannot be checked here: raw() calls it by addresses, without checks")
            if "array" not in parameter:
                scalars[parameter["name"]] = scalar(name, parameter, arguments.get(parameter["name"], 0), codes)
        check_sizes(name, scalars, arguments)
        values = []
        for parameter in parameters:
            given = arguments.get(parameter["name"])
            if "array" in parameter:
                values.append(self._address(name, parameter["name"], parameter["array"], given, scalars))
            else:
                values.append(scalars[parameter["name"]])
        check_overlaps(name, parameters, arguments)
        return self.raw(name, *values)

    def raw(self, name: str, *values):
        """Calls a kernel by position, without any check: for loops that have checked once."""
        entry = self._entries.get(name)
        if entry is None:
            entry = self._entries[name] = _Entry(self._exports[name], self._store)
        return entry(self._context, values)

    def _address(self, name: str, parameter: str, declared: dict, given, scalars: dict) -> int:
        factors = self._lengths.factors(name, parameter, declared["shape"], scalars)
        if factors is None:
            raise TypeError(f"{name}: the length of {parameter} cannot be checked here: raw() calls it without checks")
        if given is None:
            if declared.get("nullable"):
                return 0
            raise TypeError(f"{name}() missing array {parameter}")
        if not isinstance(given, Array) or given.kernels is not self:
            raise TypeError(f"{name}: {parameter} must be an Array of these kernels, but got {type(given).__name__}")
        kind = element(declared, scalars)
        if kind in DTYPES and given.dtype != DTYPES[kind]:
            raise TypeError(f"{name}: {parameter} must be of {DTYPES[kind]}, but is of {given.dtype}")
        size = self.contract["elements"][kind][0]
        if self._blocks.get(given.address) != given.nbytes:
            raise ValueError(f"{name}: {parameter} is no longer the Array that these kernels made")
        needed = math.prod(factors)
        if needed * size > given.nbytes:
            text = "" if declared["shape"] is None else f" ({' x '.join(declared['shape'])})"
            raise ValueError(f"{name}: {parameter} must have {needed} elements{text}, but has {given.nbytes // size}")
        # Large sizes beside one of 0.
        if math.prod(max(factor, 1) for factor in factors) * size > MOST_BYTES:
            raise ValueError(f"{name}: {parameter} would have sizes {' x '.join(map(str, factors))}, more than memory holds")
        check_contents(name, parameter, declared, kind, given.view().reshape(-1)[:needed], scalars)
        return given.address

    def _allocate(self, nbytes: int) -> int:
        while self._unused:
            address, bytes_of_block = self._unused.pop()
            del self._blocks[address]
            self.raw("free", address, bytes_of_block)
        address = self.raw("allocate", nbytes) & 0xFFFFFFFF if nbytes <= MOST_BYTES else 0
        if address == 0:
            raise MemoryError(f"linear memory cannot hold {nbytes} bytes more")
        self._blocks[address] = nbytes
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


_of_process: Kernels | None = None


def kernels() -> Kernels:
    """The instance of this process, made with the first call."""
    global _of_process
    if _of_process is None:
        _of_process = Kernels()
    return _of_process
