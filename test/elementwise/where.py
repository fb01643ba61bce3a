"""A choice between two tensors."""

import torch

from writing import INF, NAN, OpTable, eighths, f32, loud

torch.manual_seed(2)
table = OpTable()
case = table.case

for c, a, b in [([5], [5], [5]), ([17], [17], [17]), ([2, 3], [2, 3], [2, 3]), ([3], [2, 3], [2, 3]),
                ([2, 3], [3], []), ([2, 1], [1, 3], [2, 3]), ([2, 3], [2, 1], [3]), ([], [3], [3]),
                ([0, 3], [0, 3], [3])]:
    case("where", torch.where, torch.rand(c) > 0.5, eighths(*a), eighths(*b))
case("where", torch.where, torch.tensor([True, False, True, False]), f32([NAN, NAN, INF, 1]),
     f32([1, 2, -INF, -INF]), note="special values", upstream=loud(4))

table.write()
