"""Lines along a dimension in order."""

import torch

from writing import INF, NAN, OpTable, f32

torch.manual_seed(33)
table = OpTable()


def case(x, note=None, **options):
    # Equal elements keep their order here; PyTorch promises that where it is asked for.
    table.case("sort", lambda x, **o: torch.sort(x, stable=True, **o).values, x, note=note, **options)
    table.case("indices of sort", lambda x, **o: torch.sort(x, stable=True, **o).indices.int(), x, note=note, **options)


def few(*shape):
    """Few values, so that many are equal."""
    return torch.randint(0, 6, shape) / 4 - 0.5


for n in range(0, 18):
    case(few(2, n))
    case(few(n, 3), dim=0, descending=True)
for shape, options in [([], {}), ([], {"dim": 0}), ([5], {"dim": -1}), ([0, 3], {"dim": 1}),
                       ([2, 3, 4], {"dim": 1}), ([2, 3, 4], {"descending": True}), ([100], {}),
                       ([49, 2], {"dim": -2, "descending": True})]:
    case(few(*shape), **options)
case(f32([[3, NAN, INF, -INF, NAN, 0, -0.0, 1]]), note="special values")
case(f32([[3, NAN, INF, -INF, NAN, 0, -0.0, 1]]), note="special values", descending=True)

table.write()
