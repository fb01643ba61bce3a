"""Writes views.json: what every view of torch is in memory, and what it refuses.

{ torch, views: [ { base: sizes, calls: [ [method, ...args] ], shape, stride, offset, contiguous, values: [flat],
  written: [flat] } or { base, calls, error: sentence } ] }
The base counts from 0. `written` is the base once every element of the view was overwritten with -1; where the last
call copies, that is the base as it was. The last of the calls fails where there is an error. int64 counts as 4 bytes.
"""

import json
import pathlib

import torch

T = ["t"]
VIEWS = {
    (3, 4): [
        [T], [T, T], [["transpose", -1, 0]], [["permute", [1, 0]]], [["permute", [-2, -1]]], [["permute", [0, 0]]],
        [["select", 1, 3]], [["select", -2, -1]], [["select", 1, 4]], [["select", 2, 0]], [["narrow", 1, 1, 2]],
        [["narrow", 1, 4, 0]], [["narrow", 0, -2, 2]], [["narrow", 1, 3, 2]], [["slice", 1, 0, 4, 3]],
        [["slice", 0, 2, 1, 1]], [["slice", 0, -2, 100, 1], ["slice", 1, 1, 4, 2]], [["slice", 1, 0, 4, 0]],
        [["unsqueeze", 1]], [["unsqueeze", -1]], [T, ["unsqueeze", 0]], [T, ["unsqueeze", 1]], [T, ["unsqueeze", 2]],
        [["unsqueeze", 3]], [["unsqueeze", 1], ["squeeze"]], [["slice", 1, 1, 2, 1], ["squeeze", 1]],
        [["slice", 1, 1, 2, 1], T], [["slice", 1, 1, 2, 1], ["squeeze", 0]],
        [["expand", [2, 3, 4]]], [["expand", [1, 3, 4]]], [["expand", [-1, 4]]], [["expand", [4, 4]]],
        [["slice", 1, 0, 1, 1], ["expand", [3, 5]]], [["expand", [2, 3, 4]], ["unsqueeze", 0]],
        [["expand", [2, 3, 4]], ["view", [24]]], [["expand", [2, 3, 4]], ["reshape", [24]]],
        [["view", [2, 6]]], [["view", [-1]]], [["view", [5]]], [["view", [2, 0]]], [["view", [-1, -1]]],
        [T, ["view", [12]]], [T, ["view", [2, 2, 3]]], [T, ["view", [4, 3, 1]]], [T, ["view", [5]]],
        [T, ["reshape", [2, 6]]], [T, ["reshape", [2, 2, 3]]], [T, ["reshape", [-1]]], [T, ["flatten"]],
        [["slice", 1, 0, 4, 2], ["view", [6]]], [["slice", 1, 0, 4, 2], ["view", [3, 1, 2]]],
        [["slice", 1, 0, 3, 2], ["reshape", [3, 2, 1]]], [["slice", 1, 0, 4, 2], ["flatten"]],
        [["slice", 1, 0, 3, 1], ["view", [9]]], [["slice", 1, 0, 3, 1], ["reshape", [9]]],
        [["unflatten", 1, [2, 2]]], [["unflatten", 1, [2, -1]]], [["unflatten", 1, [2, 3]]], [["unflatten", 1, []]],
        [T, ["unflatten", 0, [2, 2]]], [T, ["unflatten", -1, [3, 1]]],
        [["unfold", 0, 2, 1]], [["unfold", 1, 2, 2]], [["unfold", 1, 5, 1]], [["unfold", 1, 2, 0]],
        [["unfold", 1, -1, 1]], [["unfold", -1, 0, 1]], [["unfold", 0, 2, 100]], [T, ["unfold", 0, 3, 1]],
        [["diagonal"]], [["diagonal", 1]], [["diagonal", -1]], [["diagonal", 10]], [["diagonal", 0, -1, -2]],
        [["diagonal", 0, 0, 0]], [["diagonal", 0, 0, 5]], [T, ["diagonal", 1]],
        [["as_strided", [2, 2], [1, 4]]], [["as_strided", [3], [5]]], [["as_strided", [4, 4], [4, 1]]],
        [["as_strided", [2], [1, 1]]], [["as_strided", [2], [-1]]], [["as_strided", [2], [1], -1]],
        [["as_strided", [2], [1], 11]], [["as_strided", [], [], 11]], [["as_strided", [], [], 12]],
        [["as_strided", [0], [1], 100]], [["as_strided", [2], [2 ** 31]]], [["as_strided", [2], [2 ** 31 - 1], 1]],
        [["as_strided", [2 ** 20], [2 ** 31]]], [["as_strided", [2 ** 40], [2 ** 40]]], [["as_strided", [-2], [1]]],
        [["as_strided", [1], [2 ** 40]]], [["as_strided", [2, 3], [0, 1], 4]],
        [["select", 0, 1], ["as_strided", [2, 2], [1, 4]]],
        [["select", 0, 1], ["as_strided", [2, 2], [1, 4], 0]], [["contiguous"]], [T, ["contiguous"]], [T, ["detach"]],
        [["select", 1, 2], ["detach"]], [["select", 1, 2], ["unfold", 0, 2, 1]],
    ],
    (2, 3, 4): [
        [["permute", [2, 0, 1]]], [["permute", [1, 0, 2]], ["flatten", 1]], [["transpose", 0, 1], ["view", [-1]]],
        [["transpose", 1, 2], ["reshape", [2, 2, 2, 3]]], [["diagonal", 0, 1, 2]], [["diagonal", -1, 0, 2]],
        [["select", 1, 1], ["view", [8]]], [["select", 2, 1]], [["select", 1, 0], T], [["flatten", 0, 1]],
        [["flatten", 1, 0]], [["transpose", 0, 2], ["select", 1, 1], ["slice", 0, 1, 4, 2]], [T],
        [["expand", [2, 2, 3, 4]], ["select", 0, 1], ["transpose", 0, 1]],
    ],
    (0, 3): [
        [T], [["unsqueeze", 1]], [["view", [3, 0]]], [["view", [-1]]], [["view", [-1, 0]]], [T, ["view", [0]]],
        [["expand", [2, 0, 3]]], [["diagonal"]], [["unfold", 0, 0, 1]], [["unfold", 0, 1, 1]], [["select", 1, 1]],
        [["select", 0, 0]], [["slice", 0, 0, 5, 2]], [["unflatten", 0, [2, -1]]], [["narrow", 1, 1, 2]],
        [["reshape", [3, 0]]],
    ],
    (1, 3): [[["expand", [0, 3]]], [["squeeze", 0]], [["squeeze", 1]], [T], [["expand", [4, 3]], T]],
    (): [
        [T], [["transpose", 0, -1]], [["permute", []]], [["unsqueeze", 0]], [["unsqueeze", -1]], [["expand", [2, 2]]],
        [["expand", [1]]], [["expand", [0]]], [["expand", [4]], ["view", [2, 2]]], [["view", [1, 1]]], [["flatten"]],
        [["unfold", 0, 1, 1]], [["unfold", 0, 0, 1]], [["unfold", 0, 2, 1]], [["diagonal"]], [["select", 0, 0]],
        [["slice", 0, 0, 1, 1]], [["as_strided", [3], [0]]], [["as_strided", [], [], 1]], [["squeeze"]],
    ],
}


def called(x, call):
    name, *args = call
    return torch.ops.aten.slice.Tensor(x, *args) if name == "slice" else getattr(x, name)(*args)


def views():
    for base, chains in VIEWS.items():
        for chain in chains:
            count = torch.Size(base).numel()
            x = torch.arange(count, dtype=torch.float32).reshape(base)
            row = {"base": list(base), "calls": chain}
            try:
                y = x
                for call in chain:
                    y = called(y, call)
            except (RuntimeError, IndexError) as error:
                yield {**row, "error": str(error).split("\n")[0]}
                continue
            row |= {"shape": list(y.shape), "stride": list(y.stride()), "offset": y.storage_offset(),
                    "contiguous": y.is_contiguous(), "values": y.flatten().tolist()}
            y.fill_(-1)
            yield {**row, "written": x.flatten().tolist()}


lines = ",\n".join(json.dumps(view, separators=(",", ":")) for view in views())
path = pathlib.Path(__file__).parent / "views.json"
path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}","views":[\n{lines}\n]}}\n')
