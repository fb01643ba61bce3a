"""Writes index.json: what stands between Python's brackets, as torch reads and writes it, with gradients.

{ torch, cases: [ { quoted, indices, shape, read, gradient, written, added } ] }
`quoted` is the text between the brackets, or null where tensors are among them; `indices` is for x.index: numbers, null,
strings for slices and ..., lists of integers or booleans. x is 0, 1, 2, … in `shape`; `gradient` is that of the sum of the result
times 1, 2, 3, …; `written` is x after x[…] = 100, 101, …, and `added` after index_put_ of ones with accumulate, where
there are tensors alone.
"""

import json
import pathlib

import torch

SHAPE = [3, 4, 5]
BASIC = [
    ":, 0", "1:3, ::2", "..., -1", "None, 0", "0, 1, 2", "-1, ...", ":", "...", "None", ":-1", "5:", "-100:100:3",
    "..., None", "0, ..., 0", "None, :, None, 1", "2:1", ":, :, 1:", "1, None, ..., ::4", "::3, 1, -2:", "0, 1, 2, ...",
]
T, F = True, False
ADVANCED = [
    [[0, 2, 2]], [[0, -1], [1, 1]], [":", [0, 3]], [":", [0, 3], [1, 4]], [[0, 2], ":", [1, 4]], [0, ":", [1, 1]],
    [[[0, 1], [2, 0]]], ["...", [4, 0]], [None, [1]], [[T, F, T]], [[T, F, T], 0], [":", [T, F, F, T], 1],
    [[[T, F, F, T], [F, F, F, F], [F, T, F, F]]], [[F, F, F]], ["1:", [3, 0], "::2"], [[0, 1], None, [2, 3]],
    [[], ":"], [[0], [0], [0]], [":", None, [1, 2], 0], [[[0], [1]], [0, 3]], [0, [1, 2], ":"], [[1, 2], 0, "::2"],
]


def part(x):
    if isinstance(x, str):
        return eval(f"I[{x}]", {"I": type("I", (), {"__class_getitem__": staticmethod(lambda i: i)})})
    return torch.tensor(x, dtype=None if x else torch.int64) if isinstance(x, list) else x


def whole(x):
    return [int(v) for v in x.flatten()]


def case(quoted, indices):
    key = part(quoted) if quoted else tuple(part(x) for x in indices)
    x = torch.arange(60.0).reshape(SHAPE).requires_grad_()
    y = x[key]
    y.backward(torch.arange(1.0, y.numel() + 1).reshape(y.shape))
    written = x.detach().clone()
    written[key] = torch.arange(100.0, y.numel() + 100).reshape(y.shape)
    added = None
    if indices and all(isinstance(i, list) for i in indices):
        added = x.detach().clone().index_put_(key, torch.tensor(1.0), accumulate=True)
        added = whole(added)
    return {
        "quoted": quoted, "indices": indices, "read": {"shape": list(y.shape), "data": whole(y)},
        "gradient": whole(x.grad), "written": whole(written), "added": added,
    }


cases = [case(text, [t if ":" in t or t == "..." else None if t == "None" else int(t) for t in text.split(", ")])
         for text in BASIC]
cases = [{**c, "added": None} for c in cases] + [case(None, indices) for indices in ADVANCED]
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps({"torch": torch.__version__.split("+")[0], "shape": SHAPE, "cases": cases}) + "\n")
