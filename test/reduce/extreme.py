"""The greatest element along a dimension, and where it is."""

import torch

from writing import INF, NAN, OpTable, f32, normal

torch.manual_seed(32)
table = OpTable()


def case(x, **options):
    table.case("max", lambda x, **o: torch.max(x, **o).values, x, **options)
    table.case("indices of max", lambda x, **o: torch.max(x, **o).indices.int(), x, **options)


for n in range(1, 18):
    case(normal(2, n), dim=1)
    case(normal(n, 3), dim=0, keepdim=True)
for shape, options in [([], {"dim": 0}), ([5], {"dim": -1}), ([2, 0, 3], {"dim": 0}), ([2, 3, 4], {"dim": 1}),
                       ([2, 3, 4], {"dim": -1, "keepdim": True}), ([0, 3], {"dim": 1})]:
    case(normal(*shape), **options)
case(f32([[2, 2, 1], [0, -0.0, 0], [5, 5, 5], [1, 3, 3]]), note="ties", dim=1)
case(f32([[3, NAN, INF, NAN], [-INF, -INF, -INF, -INF], [-1, -INF, -2, -1]]), note="special values", dim=1)
for shape in ([], [1], [7], [2, 3]):
    table.case("max of all", torch.max, normal(*shape))
table.case("max of all", torch.max, f32([[2, 2], [2, 0]]), note="ties")

table.write()
