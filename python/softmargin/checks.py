"""What a call of a kernel may be given: numbers, and what arrays hold. Whatever is wrong is said before anything runs."""

from __future__ import annotations

import math
import re

import numpy as np


def scalar(name: str, parameter: dict, given, codes: dict):
    """A number as the kernel takes it; a code by its name."""
    code, argument = parameter.get("code"), parameter["name"]
    if code is not None and isinstance(given, str):
        values = codes[code]["values"]
        if given not in values:
            raise ValueError(f"{name}: {argument} must be one of {', '.join(values)}, but got {given!r}")
        return values[given]
    if not isinstance(given, (int, float, np.integer, np.floating, bool, np.bool_)):
        raise TypeError(f"{name}: {argument} must be a number, but got {type(given).__name__}")
    if parameter["type"] != "i32":
        return float(given)
    if not math.isfinite(given) or given != int(given):
        raise TypeError(f"{name}: {argument} must be a whole number, but got {given}")
    scalar = parameter.get("scalar")
    least, most = (0, 2**32 - 1) if scalar in ("usize", "u32") else (-(2**31), 2**31 - 1)
    if scalar == "bool":
        least, most = 0, 1
    elif code is not None:
        least, most = 0, max(codes[code]["values"].values())
    elif argument == "threads":
        # An instance runs on one.
        least = most = 1
    if not least <= given <= most:
        wanted = f"from {least} to {most}" if least < most else str(least)
        raise ValueError(f"{name}: {argument} must be {wanted}, but got {given}")
    return int(given)


def element(declared: dict, scalars: dict) -> str:
    """What an array's elements are: without a declared length the kernel takes several, as an argument beside it says."""
    if declared["shape"] is not None or "a_row_stride" in scalars:
        return declared["element"]
    if "targets_are_indices" in scalars:
        return "i32" if scalars["targets_are_indices"] else "f32"
    return "u8" if scalars["targets_are_bytes"] else "f32"


#: Arrays of whole numbers that may hold any; others are indices, or made by another kernel.
_ANY_NUMBERS = {"x", "a", "b", "keys", "values", "sequence", "src"}
_WHOLE_NUMBERS = {"i32", "u32", "Element"}
#: What bytes of targets are: negative, positive, missing.
_CODES = 2


def check_contents(name: str, parameter: str, declared: dict, element: str, values: np.ndarray, scalars: dict) -> None:
    """What an array holds, where a kernel takes it for places; TypeError where that cannot be told."""
    if parameter == "codes" and not declared.get("written"):
        if (values > _CODES).any():
            raise ValueError(f"{name}: codes must be from 0 to {_CODES}, but got {values.max()}")
    elif parameter == "probabilities":
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"{name}: probabilities must be from 0 to 1")
    elif parameter == "targets" and element == "i32" and name != "multilabel_margin":
        bad = (values < 0) | (values >= scalars["classes"])
        if "ignored" in scalars:
            bad &= values != scalars["ignored"]
        if bad.any():
            raise ValueError(f"{name}: targets must be from 0 to below {scalars['classes']}, but got {values[np.argmax(bad)]}")
    elif _is_private(name, parameter, declared, element):
        raise TypeError(f"{name}: what {parameter} holds cannot be checked here: raw() calls it without checks")


def _is_private(name: str, parameter: str, declared: dict, element: str) -> bool:
    if declared.get("written"):
        return parameter == "state" and element == "u32" and name != "random_seed"
    return element in _WHOLE_NUMBERS and parameter not in _ANY_NUMBERS


#: Kernels that find something along an axis, which must not be empty.
_ALONG_AXIS = re.compile(r"(arg)?max_axis(_of_\w+)?|rank")
_AT_LEAST_ONE = ("labels", "bins")
#: What must be less than, or at most, another number.
_BELOW = [("label", "labels"), ("column", "columns")]


def check_sizes(name: str, scalars: dict, arguments: dict) -> None:
    """Numbers that must fit each other."""

    def need(holds: bool, argument: str, wanted: str) -> None:
        if not holds:
            raise ValueError(f"{name}: {argument} must be {wanted}, but got {scalars[argument]}")

    if "workspace_length" in scalars:
        raise TypeError(f"{name}: what its workspace needs cannot be checked here: raw() calls it without checks")
    for argument in _AT_LEAST_ONE:
        if argument in scalars:
            need(scalars[argument] >= 1, argument, "at least 1")
    for argument, bound in _BELOW:
        if argument in scalars:
            need(scalars[argument] < scalars[bound], argument, f"below {bound}, {scalars[bound]}")
    if _ALONG_AXIS.fullmatch(name):
        need(scalars["axis"] >= 1, "axis", "at least 1")
    if name == "rank":
        need(scalars["k"] < scalars["axis"], "k", f"below axis, {scalars['axis']}")
    if name == "topk":
        need(scalars["k"] <= scalars["axis"], "k", f"at most axis, {scalars['axis']}")
    for argument in ("weight", "pos_weight"):
        if arguments.get(argument) is not None and f"{argument}_rows" in scalars:
            rows = scalars["rows"]
            need(scalars[f"{argument}_rows"] in (1, rows), f"{argument}_rows", f"1 or rows, {rows}")
    for argument in ("a_count", "b_count"):
        if argument in scalars:
            count = scalars["count"]
            fits = count % scalars[argument] == 0 if scalars[argument] else count == 0
            need(fits, argument, f"a divisor of count, {count}")
    if "sequences" in scalars:
        need(scalars["sequences"] in (1, scalars["rows"]), "sequences", f"1 or rows, {scalars['rows']}")


def check_overlaps(name: str, parameters: list, arguments: dict) -> None:
    """What is written must be no other argument's: each array is a block of its own."""
    declared_arrays = [(each["name"], each["array"]) for each in parameters if "array" in each]
    arrays = [each for each in declared_arrays if arguments.get(each[0]) is not None]
    for written, declared in arrays:
        if not declared.get("written"):
            continue
        for other, _ in arrays:
            if other != written and arguments[other].address == arguments[written].address:
                raise ValueError(f"{name}: {written} is written, so it must not be {other} too")
