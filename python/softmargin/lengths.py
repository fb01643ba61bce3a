"""How long the arrays of a call must be: what docs/abi.md writes as a length, computed from the numbers that are passed beside it."""

from __future__ import annotations

import re

_SUM = re.compile(r"(\w+)\.saturating_(add|sub)\((\w+)\)")
_REACH = re.compile(r"reach\(\[(\w+), (\w+)\], ?\[(\w+), (\w+)\]\)")
_RESULTS = re.compile(r"results\((\w+), (\w+)\)")
_CELL = re.compile(r"cell\.(gates|kept)\(\)")
#: Of LSTM, GRU and the two others, by their codes.
_OF_CELLS = {"gates": (4, 3, 1, 1), "kept": (2, 1, 0, 0)}
_LESSER = "if m < n { m } else { n }"
_BOTH = "if m < n { n } else { m }.saturating_add(if m < n { m } else { n })"
_OPERANDS = ("a", "b")


class Lengths:
    """Lengths by a module's own sizes. ``size_of`` gives the result of an export without arguments."""

    def __init__(self, size_of):
        self._constants = {
            "FIELDS": size_of("layer_norm_fields"),
            "gemm::WORKSPACE_OF_THREAD": size_of("gemm_workspace_bytes") // 4,
            "STATE_WORDS": size_of("random_state_bytes") // 4,
        }

    def factors(self, function: str, parameter: str, shape: list[str] | None, scalars: dict) -> list[int] | None:
        """The factors of an array's length; None where only the crate can tell."""
        if shape is None:
            return _undeclared(function, parameter, scalars)
        found = [self._factor(text, scalars) for text in shape]
        return None if None in found else found

    def _factor(self, text: str, scalars: dict) -> int | None:
        if text.isdigit():
            return int(text)
        if text in scalars:
            return scalars[text]
        if text in self._constants:
            return self._constants[text]
        if found := _SUM.fullmatch(text):
            left, right = self._factor(found[1], scalars), self._factor(found[3], scalars)
            if left is None or right is None:
                return None
            return left + right if found[2] == "add" else max(0, left - right)
        if found := _RESULTS.fullmatch(text):
            # Both codes of what is not reduced are 0.
            return scalars[found[2]] if scalars[found[1]] == 0 else 1
        if found := _CELL.fullmatch(text):
            return _OF_CELLS[found[1]][scalars["cell"]]
        if found := _REACH.fullmatch(text):
            rows, columns, row_stride, column_stride = (self._factor(part, scalars) for part in found.groups())
            return _reach(rows, columns, row_stride, column_stride)
        if text in ("operands(dims)[0]", "operands(dims)[1]"):
            return _operand(_OPERANDS[text.endswith("[1]")], scalars)
        if text == _LESSER:
            return min(scalars["m"], scalars["n"])
        if text == _BOTH:
            return scalars["m"] + scalars["n"]
        if text == "if whole { 1 } else { axis }":
            return 1 if scalars["whole"] else scalars["axis"]
        return None


def _undeclared(function: str, parameter: str, scalars: dict) -> list[int] | None:
    if "a_row_stride" in scalars:
        return [scalars["rows"], scalars["columns"]] if parameter == "out" else [_operand(parameter, scalars)]
    if parameter == "targets":
        if function == "cross_entropy" and scalars["targets_are_indices"]:
            return [scalars["rows"]]
        return [scalars["length"]] if "length" in scalars else [scalars["rows"], scalars["classes"]]
    return None


def _operand(name: str, scalars: dict) -> int:
    return _reach(scalars["rows"], scalars["columns"], scalars[f"{name}_row_stride"], scalars[f"{name}_column_stride"])


def _reach(rows: int, columns: int, row_stride: int, column_stride: int) -> int:
    """The last element that is touched, and those before it."""
    if rows == 0 or columns == 0:
        return 0
    return (rows - 1) * row_stride + (columns - 1) * column_stride + 1
