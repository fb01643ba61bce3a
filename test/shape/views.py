"""Views, and the copy that keeps a gradient."""

import torch

from writing import OpTable, eighths

torch.manual_seed(17)
table = OpTable()
case = table.case

for shape, size, stride, offset in [([6], [2, 3], [3, 1], 0), ([6], [3, 2], [1, 3], 0), ([7], [5, 3], [1, 1], 0),
                                    ([3, 4], [3], [5], 0), ([3, 4], [2, 2], [4, 2], 1), ([3, 4], [], [], 7),
                                    ([5], [2, 4], [0, 1], 1), ([4], [0, 3], [1, 1], 0)]:
    case("as_strided", torch.as_strided, eighths(*shape), size=size, stride=stride, storage_offset=offset)
for shape, dim, start, end, step in [([7], 0, 1, 4, 1), ([7], 0, -3, 7, 1), ([7], 0, 0, 7, 3), ([4, 5], 1, 1, 5, 2),
                                     ([4, 5], 0, 1, -1, 1), ([4, 5], 0, 5, 9, 1), ([2, 3, 4], -1, 1, 2, 1),
                                     ([0, 3], 1, 1, 3, 1), ([9, 17], 1, 3, 99, 5)]:
    case("slice", torch.ops.aten.slice, eighths(*shape), dim=dim, start=start, end=end, step=step)
for shape, dim, index in [([5], 0, 2), ([5], 0, -1), ([3, 4], 0, 1), ([3, 4], 1, 3), ([2, 3, 4], 1, -2),
                          ([2, 3, 4], -1, 0), ([3, 0], 0, 1)]:
    case("select", torch.select, eighths(*shape), dim=dim, index=index)
for shape, dim, start, length in [([5], 0, 1, 3), ([3, 4], 1, 1, 2), ([3, 4], 0, -2, 2), ([2, 3, 4], -1, 3, 1),
                                  ([4], 0, 2, 0)]:
    case("narrow", torch.narrow, eighths(*shape), dim=dim, start=start, length=length)
for shape in ([], [4], [3, 4], [1, 5], [0, 3], [9, 17]):
    case("t", torch.t, eighths(*shape))
    case("clone", torch.clone, eighths(*shape))
for shape, dim in [([], 0), ([3], 0), ([3], 1), ([3], -1), ([2, 3], 1), ([2, 3], -3), ([0, 3], 2)]:
    case("unsqueeze", torch.unsqueeze, eighths(*shape), dim=dim)
for shape, dim in [([1, 3, 1], [0, 1, 2]), ([1, 3, 1], 0), ([1, 3, 1], -1), ([1, 3, 1], 1), ([1], 0), ([2, 1], [1]),
                   ([1, 0], 0), ([2, 3], [0, 1])]:
    case("squeeze", torch.squeeze, eighths(*shape), dim=dim)
for shape, options in [([3, 3], {}), ([3, 4], {"offset": 1}), ([4, 3], {"offset": -2}), ([2, 3], {"offset": 3}),
                       ([2, 3, 4], {"dim1": 1, "dim2": 2}), ([2, 3, 3], {"offset": 1, "dim1": -1, "dim2": 0})]:
    case("diagonal", torch.diagonal, eighths(*shape), **options)
for shape, dimension, size, step in [([7], 0, 3, 2), ([7], 0, 3, 1), ([7], 0, 7, 1), ([2, 5], 1, 2, 3),
                                     ([4, 3], 0, 2, 1), ([2, 3, 4], -2, 1, 1)]:
    case("unfold", lambda t, dimension, size, step: t.unfold(dimension, size, step), eighths(*shape),
         dimension=dimension, size=size, step=step)
for shape, dim, sizes in [([6], 0, [2, 3]), ([2, 12], 1, [3, -1]), ([2, 6, 2], -2, [3, 2])]:
    case("unflatten", torch.unflatten, eighths(*shape), dim=dim, sizes=sizes)

table.write()
