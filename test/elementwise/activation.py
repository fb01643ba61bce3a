"""Activations."""

import functools

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, f32, loud, normal

torch.manual_seed(21)
table = OpTable()
case = functools.partial(table.case, digits=9)

shapes = [[], *([n] for n in (0, 1, 3, 4, 5, 15, 16, 17)), [2, 3], [0, 3], [3, 11]]
edge = [NAN, -INF, 0, -0.0, 1, -1, 1e-8, -1e-8, 0.5, -0.5, 0.75, -0.75, 0.7499999, 3, -3, 5.5, -5.5, 9, -9,
        13, 20, -20, 104, -104, 1e4, -1e4, 1e-38]
activations = {"tanh": torch.tanh, "silu": F.silu, "gelu": F.gelu, "leaky_relu": F.leaky_relu}
for name, fn in activations.items():
    options = {"gelu": [{"approximate": "none"}, {"approximate": "tanh"}],
               "leaky_relu": [{"negative_slope": 0.01}, {"negative_slope": -2.0},
                              {"negative_slope": 0.0}]}.get(name, [{}])
    for each in options:
        for shape in shapes:
            case(name, fn, normal(*shape, scale=2), **each)
        special = edge if name == "gelu" else [*edge, INF]  # torch's float32 gelu is nan there
        case(name, fn, f32(special), note="special values", upstream=loud(len(special)), **each)

table.write()
