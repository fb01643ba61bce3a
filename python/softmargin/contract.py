"""What the binary says of itself: docs/abi.md as data, from its custom section ``softmargin.abi``."""

from __future__ import annotations

import json
import re

SECTION = b"softmargin.abi"
PREAMBLE = 8
CUSTOM = 0

#: Lengths such as ``rows.saturating_add(1)``.
_SUM = re.compile(r"(\w+)\.saturating_(add|sub)\((\d+)\)")


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


def elements_of(shape: list[str] | None, scalars: dict[str, int]) -> int | None:
    """How many elements an array has, by the numbers that are passed beside it; None where only the crate can tell."""
    if shape is None:
        return None
    count = 1
    for factor in shape:
        size = _factor(factor, scalars)
        if size is None:
            return None
        count *= size
    return count


def _factor(text: str, scalars: dict[str, int]) -> int | None:
    if text.isdigit():
        return int(text)
    if text in scalars:
        return scalars[text]
    found = _SUM.fullmatch(text)
    if found is None or found[1] not in scalars:
        return None
    sign = 1 if found[2] == "add" else -1
    return max(0, scalars[found[1]] + sign * int(found[3]))


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
