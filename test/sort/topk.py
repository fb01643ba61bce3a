"""The greatest and the least elements along a dimension."""

import torch

from writing import INF, NAN, OpTable, f32

torch.manual_seed(31)
table = OpTable()


def case(*shape, **options):
    # No two alike: PyTorch leaves the order of equal elements open.
    x = f32(torch.randperm(torch.Size(shape).numel()).tolist()).reshape(shape) / 8 - 3
    both(x, **options)


def both(x, **options):
    table.case("topk", lambda x, **o: torch.topk(x, **o).values, x, **options)
    table.case("indices of topk", lambda x, **o: torch.topk(x, **o).indices.int(), x, **options)


for n in range(1, 18):
    case(2, n, k=(n + 1) // 2)
    case(n, 3, k=n, dim=0, largest=False)
for shape, options in [([], {"k": 1}), ([5], {"k": 0}), ([0, 3], {"k": 0, "dim": 0}), ([0, 3], {"k": 2}),
                       ([2, 3, 4], {"k": 2, "dim": 1}), ([2, 3, 4], {"k": 4, "dim": -1, "sorted": True}),
                       ([3, 300], {"k": 7}), ([300, 2], {"k": 100, "dim": -2, "largest": False})]:
    case(*shape, **options)
for largest in (True, False):
    both(f32([[3, NAN, INF, -INF, 1]]), k=4, largest=largest)

table.write()
