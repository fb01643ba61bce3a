"""Sums, means and maxima of dimensions."""

import torch

from writing import INF, NAN, OpTable, eighths, f32, loud, normal

torch.manual_seed(4)
table = OpTable()
case = table.case

for name, fn in {"sum": torch.sum, "mean": torch.mean, "amax": torch.amax}.items():
    for shape in ([], [1], [3], [4], [5], [7], [8], [15], [16], [17], [3, 5], [2, 3, 4]):
        case(name, fn, normal(*shape))
    for shape, options in [
        ([7], {"dim": 0}), ([7], {"dim": -1, "keepdim": True}), ([5, 3], {"dim": 0}), ([5, 3], {"dim": 1}),
        ([5, 3], {"dim": -2, "keepdim": True}),
        ([2, 17], {"dim": -1}), ([17, 2], {"dim": 0}), ([2, 3, 4], {"dim": 1}), ([2, 3, 4], {"dim": [0, 2]}),
        ([2, 3, 4], {"dim": [-1, 1], "keepdim": True}),
        ([2, 3, 4], {"dim": [0, 1, 2]}), ([1, 5], {"dim": 0}), ([5, 1], {"dim": 1}),
        ([4, 1, 3], {"dim": [1], "keepdim": True}), ([0, 3], {"dim": 1}), ([2, 0, 3], {"dim": 2}),
    ]:
        case(name, fn, eighths(*shape), **options)
    if name != "amax":  # a maximum of nothing is an error
        case(name, fn, normal(0, 3))
        case(name, fn, normal(0, 3), dim=0)
        case(name, fn, normal(2, 0, 3), dim=[1], keepdim=True)
    case(name, fn, f32([[1, NAN, 3], [INF, 2, INF], [INF, -INF, 0], [-INF, -INF, -INF]]),
         note="special values", upstream=loud(4), dim=1)
case("amax", torch.amax, f32([[2, 2, 1], [0, -0.0, 0], [5, 5, 5], [1, 2, 3]]), note="ties", dim=1)
case("amax", torch.amax, f32([[2, 2, 1], [2, 0, 2]]), note="ties")
case("amax", torch.amax, f32([[[1, 4], [4, 0]], [[4, 4], [3, 4]]]), note="ties", dim=[0, 2])

table.write()
