"""Products of matrices and vectors, and `linear`."""

import math

import torch
import torch.nn.functional as F

from writing import OpTable, eighths, normal

torch.manual_seed(5)
table = OpTable()
case = table.case

for a, b in [([2, 3], [3, 4]), ([1, 1], [1, 1]), ([4], [4]), ([17], [17]), ([0], [0]), ([3, 4], [4]),
             ([5, 17], [17]), ([4], [4, 3]), ([17], [17, 5]), ([2, 3, 4], [4, 5]),
             ([5, 17], [17, 9]), ([7, 8], [8, 4]), ([1, 15], [15, 3]), ([16, 3], [3, 1]), ([3, 16], [16, 4]),
             ([2, 0], [0, 3]), ([0, 3], [3, 4]), ([3, 4], [4, 0]), ([0, 2, 3], [3, 2])]:
    make = normal if math.prod(a) < 40 else eighths
    case("matmul", torch.matmul, make(*a), make(*b))
for x, out, bias in [([4], 3, True), ([4], 3, False), ([2, 4], 3, True), ([2, 4], 3, False),
                     ([5, 17], 7, True), ([3, 8], 16, True), ([3, 15], 1, False), ([1, 1], 1, True),
                     ([15, 4], 3, True),
                     ([2, 3, 5], 4, True), ([2, 3, 5], 4, False), ([0, 4], 3, True), ([2, 0, 4], 3, True)]:
    make = normal if math.prod(x) < 30 else eighths
    parts = [make(*x), make(out, x[-1])] + ([make(out)] if bias else [])
    case("linear", F.linear, *parts)

# Batches of matrices, which are broadcast.
for a, b in [([3, 2, 4], [3, 4, 5]), ([12, 3, 5], [12, 5, 2]), ([2, 3], [4, 3, 2]), ([3], [2, 3, 4]), ([2, 1, 3, 4], [3, 4, 2]),
             ([2, 3, 1, 4], [2, 1, 4, 3]), ([3, 4, 2], [2, 3, 2, 1]), ([1, 2, 3], [4, 3, 2]), ([9, 1, 3], [9, 3, 1]),
             ([2, 0, 3], [2, 3, 2]), ([0, 2, 3], [0, 3, 2]), ([2, 3, 0], [2, 0, 2]), ([0, 1, 2, 3], [2, 3, 1])]:
    make = normal if math.prod(a) < 40 else eighths
    case("bmm", torch.matmul, make(*a), make(*b))

table.write()
