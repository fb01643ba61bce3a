"""What is only moved: other shapes and orders, parts and unions."""

import torch

from writing import OpTable, eighths

torch.manual_seed(6)
table = OpTable()
case = table.case

for a, shape in [([6], [2, 3]), ([2, 3], [6]), ([2, 3], [3, -1]), ([2, 3, 4], [-1, 4]),
                 ([2, 3, 4], [4, 3, 2]), ([], [1]), ([1], []), ([1, 1], []), ([0, 3], [3, 0]),
                 ([0, 3], [-1, 3]), ([5], [5, 1])]:
    case("reshape", torch.reshape, eighths(*a), shape=shape)
for a, dim0, dim1 in [([2, 3], 0, 1), ([9, 5], 0, 1), ([2, 3, 4], 0, 2), ([2, 3, 4], -1, 1),
                      ([2, 3, 4], 1, 1), ([7], 0, 0), ([0, 3], 0, 1), ([1, 5], -2, -1), ([2, 1, 3, 2], 1, 3)]:
    case("transpose", torch.transpose, eighths(*a), dim0=dim0, dim1=dim1)
for a, dims in [([2, 3], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4], [0, 1, 2]), ([2, 3, 4], [-1, -3, -2]),
                ([2, 1, 3, 2], [3, 1, 0, 2]), ([5], [0]), ([], []), ([0, 3, 2], [2, 0, 1])]:
    case("permute", torch.permute, eighths(*a), dims=dims)
for a, shape in [([3], [4, 3]), ([3, 1], [3, 4]), ([1], [7]), ([], [2, 3]), ([1, 4], [3, 4]),
                 ([3, 1], [-1, 5]), ([3, 1], [2, -1, 4]), ([2, 1, 3], [2, 4, 3]), ([1], [0]),
                 ([2, 3], [2, 3]), ([1, 3], [17, 3])]:
    case("expand", lambda t, shape: t.expand(shape), eighths(*a), shape=shape)
for a, indices in [([4, 3], [0, 2]), ([4, 3], [3, 3, 0, 3]), ([5], [4, 0, 4]), ([4, 3], []),
                   ([3, 2, 2], [2, 0]), ([17, 3], list(range(16, -1, -2))), ([1, 5], [0, 0, 0])]:
    case("index_select", lambda t, dim,
         indices: torch.index_select(t, dim, torch.tensor(indices, dtype=torch.int64)), eighths(*a), dim=0,
         indices=indices)
for shapes, dim in [(([3], [4]), 0), (([2, 3], [1, 3]), 0), (([2, 3], [2, 4]), 1),
                    (([2, 3], [2, 1], [2, 4]), -1), (([2, 2, 3], [2, 1, 3]), 1), (([0, 3], [2, 3]), 0),
                    (([5, 1], [5, 0], [5, 3]), 1), (([1], [2], [5]), 0)]:
    case("cat", lambda *t, dim: torch.cat(t, dim), *(eighths(*s) for s in shapes), dim=dim)
for shape, count, dim in [([3], 2, 0), ([3], 2, 1), ([3], 3, -1), ([2, 3], 2, 0), ([2, 3], 2, 1),
                          ([2, 3], 3, 2), ([2, 3], 2, -3), ([], 2, 0), ([0, 3], 2, 0)]:
    case("stack", lambda *t, dim: torch.stack(t, dim), *(eighths(*shape) for _ in range(count)), dim=dim)

table.write()
