"""What the binary says of itself: docs/abi.md as data, from its custom section ``softmargin.abi``."""

from __future__ import annotations

import json

import numpy as np

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

SECTION = b"softmargin.abi"
PREAMBLE = 8
CUSTOM = 0

def contract_of(module: bytes) -> dict:
    """The contract that a module carries; ValueError if it carries none."""
    at = PREAMBLE
    while at < len(module):
        section, at = module[at], at + 1
        size, at = _number(module, at)
        if section == CUSTOM:
            length, start = _number(module, at)
            if module[start : start + length] == SECTION:
                return json.loads(module[start + length : at + size])
        at += size
    raise ValueError("the module has no section softmargin.abi: it is not a softmargin.core.wasm")


def _number(module: bytes, at: int) -> tuple[int, int]:
    """An unsigned number in LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = module[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
