"""Sums, products and comparisons of two tensors."""

import torch

from writing import INF, NAN, OpTable, eighths, f32, loud, normal

torch.manual_seed(1)
table = OpTable()
case = table.case

same = [[1], [3], [4], [5], [7], [8], [15], [16], [17], [2, 3], []]
mixed = [([4, 3], [3]), ([3], [4, 3]), ([2, 17], [17]), ([5, 1], [1]), ([4, 3], [4, 1]), ([4, 1], [4, 5]),
         ([2, 3], []),
         ([], [7]), ([3, 1], [1, 4]), ([2, 1, 4], [3, 1]), ([3, 1], [2, 1, 4]), ([0, 3], [0, 3]),
         ([0, 3], [3]), ([0, 3], [1, 1]), ([1], [])]
binary = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
special = f32([NAN, INF, -INF, 0, -0.0, 1, -1, INF, 0, 3])
partner = f32([1, 2, INF, -0.0, 0, 0, -0.0, 0, INF, NAN])
for name, fn in binary.items():
    for a, b in [(s, s) for s in same] + mixed:
        make = normal if a == b else eighths
        x, y = make(*a), make(*b)
        case(name, fn, x, y + torch.where(y < 0, -0.25, 0.25) if name == "div" else y)
    case(name, fn, special, partner, note="special values", upstream=loud(10))

for name in ("gt", "ge", "lt", "le", "eq", "ne"):
    for a, b in [([5], [5]), ([16], [16]), ([17], [17]), ([2, 3], [3]), ([2, 3], []), ([3, 1], [1, 4]),
                 ([2, 1, 4], [3, 1]), ([0, 3], [3]), ([], [])]:
        case(name, getattr(torch, name), normal(*a).round(), normal(*b).round())
    case(name, getattr(torch, name), f32([NAN, NAN, INF, INF, -INF, 0, -0.0, 1]),
         f32([NAN, 1, INF, -INF, -INF, -0.0, 0, NAN]), note="special values")

table.write()
