"""Softmax, and its logarithm."""

import functools

import torch

from writing import INF, NAN, OpTable, f32, loud, normal

torch.manual_seed(22)
table = OpTable()
case = functools.partial(table.case, digits=9)

for name, fn in {"softmax": torch.softmax, "log_softmax": torch.log_softmax}.items():
    for n in (1, 2, 3, 4, 5, 8, 15, 16, 17):
        case(name, fn, normal(2, n, scale=3), dim=1)
        case(name, fn, normal(3, n, scale=3), dim=0)
    for shape, dim in [([], 0), ([], -1), ([0], 0), ([5], 0), ([5], -1), ([0, 3], 0), ([0, 3], 1),
                       ([3, 0], 1), ([2, 3, 4], 0), ([2, 3, 4], 1), ([2, 3, 4], -1), ([1, 70, 5], 1),
                       ([2, 70], 1), ([66, 2], 0), ([2, 3, 2, 6], -3)]:
        case(name, fn, normal(*shape, scale=3), dim=dim)
    for rows in ([[1e4, -1e4, 0], [1e38, 1e38, -1e38], [100, 101, 102], [-INF, 0, 1]],
                 [[NAN, 0, 1], [0, NAN, 1], [-INF, -INF, -INF], [INF, 0, 1]]):
        for dim, values in ((1, f32(rows)), (0, f32(rows).t().contiguous())):
            case(name, fn, values, note="special values", upstream=loud(12).reshape(values.shape), dim=dim)

table.write()
