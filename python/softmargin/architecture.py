"""Which layers a model has: from torch's notation, ``repr(model)`` or a list of layers."""

from __future__ import annotations

import ast
import re

_CHILD = re.compile(r"\((\w+)\): (.+)")

#: Names of arguments in their order, by layer.
_POSITIONAL = {
    "Linear": ["in_features", "out_features", "bias"],
    "LayerNorm": ["normalized_shape", "eps", "elementwise_affine", "bias"],
    "GELU": ["approximate"],
    "ReLU": ["inplace"],
    "Dropout": ["p", "inplace"],
    "Identity": [],
    "Tanh": [],
    "Sigmoid": [],
}


def parse(architecture) -> list[tuple[str, str, dict]]:
    """Name in the state_dict, type and arguments of each layer, in the order in which they run."""
    if isinstance(architecture, str):
        lines = [line.strip() for line in architecture.strip().splitlines()]
        if len(lines) == 1 and not lines[0].endswith("("):
            return [("", *_layer(lines[0]))]
        return _tree(lines)
    if isinstance(architecture, (list, tuple)) and all(isinstance(each, str) for each in architecture):
        return [(str(i), *_layer(each)) for i, each in enumerate(architecture)]
    raise TypeError(
        "architecture must be repr(model) or a list such as ['Linear', 'ReLU', 'Linear'], "
        f"but got {type(architecture).__name__}"
    )


def _tree(lines: list[str]) -> list[tuple[str, str, dict]]:
    layers: list[tuple[str, str, dict]] = []
    opened: list[tuple[str, str, int]] = [("", lines[0].rstrip("("), 0)]
    for line in lines[1:]:
        if not opened:
            raise ValueError(f"architecture: {line!r} stands after the end of the model")
        if line == ")":
            opened.pop()
            continue
        found = _CHILD.fullmatch(line)
        if found is None:
            raise ValueError(f"architecture: {line!r} is no line of repr(model)")
        prefix, container, children = opened[-1]
        if container != "Sequential" and children:
            raise ValueError(
                f"architecture: the order in which {container} runs its parts is in its code: only Sequential models are read"
            )
        opened[-1] = (prefix, container, children + 1)
        name = f"{prefix}.{found[1]}" if prefix else found[1]
        if found[2].endswith("("):
            opened.append((name, found[2].rstrip("("), 0))
        else:
            layers.append((name, *_layer(found[2])))
    if opened:
        raise ValueError("architecture: a bracket is not closed")
    return layers


def _layer(text: str) -> tuple[str, dict]:
    try:
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Name):
            kind, positional, keywords = node.id, [], {}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            kind = node.func.id
            positional = [ast.literal_eval(each) for each in node.args]
            keywords = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
        else:
            raise ValueError
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"architecture: {text!r} is no layer in torch's notation") from None
    if kind not in _POSITIONAL:
        raise ValueError(f"architecture: {kind} is not one of {', '.join(_POSITIONAL)}")
    names = _POSITIONAL[kind]
    if len(positional) > len(names) or set(keywords) - set(names):
        raise ValueError(f"architecture: {text!r} has an argument that {kind} has not")
    return kind, dict(zip(names, positional)) | keywords
