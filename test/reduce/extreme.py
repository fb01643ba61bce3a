"""The greatest and the least elements along dimensions, and where they are."""

import torch

from writing import INF, NAN, OpTable, f32, normal

torch.manual_seed(32)
table = OpTable()


def case(x, **options):
    for name, f in {"max": torch.max, "min": torch.min}.items():
        table.case(name, lambda x, f=f, **o: f(x, **o).values, x, **options)
        table.case(f"indices of {name}", lambda x, f=f, **o: f(x, **o).indices.int(), x, **options)


for n in range(1, 18):
    case(normal(2, n), dim=1)
    case(normal(n, 3), dim=0, keepdim=True)
for shape, options in [([], {"dim": 0}), ([5], {"dim": -1}), ([2, 0, 3], {"dim": 0}), ([2, 3, 4], {"dim": 1}),
                       ([2, 3, 4], {"dim": -1, "keepdim": True}), ([0, 3], {"dim": 1})]:
    case(normal(*shape), **options)
case(f32([[2, 2, 1], [0, -0.0, 0], [5, 5, 5], [1, 3, 3]]), note="ties", dim=1)
case(f32([[3, NAN, INF, NAN], [-INF, -INF, -INF, -INF], [-1, -INF, -2, -1]]), note="special values", dim=1)
for name, f in {"max": torch.max, "min": torch.min, "amin": torch.amin}.items():
    for shape in ([], [1], [7], [2, 3]):
        table.case(f"{name} of all", f, normal(*shape))
    table.case(f"{name} of all", f, f32([[2, 2, 0], [2, 0, 0]]), note="ties")
for dim in (0, 1, [0, 2], [-1]):
    table.case("amin", torch.amin, f32([[[1, 4], [4, 0]], [[4, 4], [0, 4]]]), dim=dim)
    table.case("amin", torch.amin, normal(3, 4, 5), dim=dim, keepdim=True)
for options in ({}, {"dim": 0}, {"dim": -1, "keepdim": True}):
    for name, f in {"argmax": torch.argmax, "argmin": torch.argmin}.items():
        for x in (normal(3, 5), f32([[1, NAN, 0], [2, -1, -1], [0, 2, 2]])):
            table.case(name, lambda x, f=f, **o: f(x, **o).int(), x, **options)

table.write()
