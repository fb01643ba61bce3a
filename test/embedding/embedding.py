"""Rows of a table, and bags of them."""

import functools

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, eighths, f32, loud, normal

torch.manual_seed(24)
table = OpTable()
case = functools.partial(table.case, digits=9)


def indices(*shape, rows):
    return torch.randint(0, rows, shape)


for shape, rows, width, options in [([], 3, 4, {}), ([5], 3, 4, {}), ([17], 4, 1, {}), ([2, 3], 5, 17, {}),
                                    ([2, 2, 3], 5, 3, {}), ([0], 5, 3, {}), ([2, 0], 5, 3, {}),
                                    ([9], 3, 5, {"padding_idx": 1}), ([9], 3, 5, {"padding_idx": -1}),
                                    ([3], 3, 0, {})]:
    case("embedding", F.embedding, indices(*shape, rows=rows), eighths(rows, width), **options)


def embedding_bag(input, weight, *rest, mode, per_sample=False, **options):
    offsets = rest[0] if rest and not rest[0].is_floating_point() else None
    factors = rest[-1] if per_sample else None
    return F.embedding_bag(input, weight, offsets, mode=mode, per_sample_weights=factors, **options)


for mode in ("sum", "mean", "max"):
    make = normal if mode == "max" else eighths
    for shape, rows, width, options in [([2, 3], 5, 4, {}), ([1, 1], 2, 1, {}), ([3, 17], 6, 17, {}),
                                        ([4, 5], 4, 3, {"padding_idx": 2}),
                                        ([4, 5], 3, 5, {"padding_idx": -1}), ([0, 3], 3, 2, {})]:
        case("embedding_bag", embedding_bag, indices(*shape, rows=rows), make(rows, width), mode=mode,
             **options)
    for length, offsets, options in [(7, [0, 3], {}), (7, [0, 0, 3, 3, 7], {}), (4, [0], {}),
                                     (7, [0, 2, 7], {"include_last_offset": True}),
                                     (5, [0, 1, 3], {"padding_idx": 0}), (0, [0, 0], {})]:
        case("embedding_bag", embedding_bag, indices(length, rows=5), make(5, 6), torch.tensor(offsets),
             mode=mode, **options)
case("embedding_bag", embedding_bag, torch.tensor([[1, 1], [1, 0]]), eighths(3, 4), mode="mean",
     padding_idx=1, note="a bag of padding")
case("embedding_bag", embedding_bag, torch.tensor([[0, 1, 2], [2, 1, 0]]),
     f32([[1, 2, -INF], [1, 3, -INF], [0, 3, -INF]]), mode="max", note="ties, -inf")
case("embedding_bag", embedding_bag, torch.tensor([[0, 1, 2]]), f32([[1, NAN], [NAN, 3], [0, 3]]), mode="max",
     note="nan", upstream=loud(2).reshape(1, 2))
for shape, offsets, options in [([2, 3], None, {}), ([7], [0, 3], {}), ([7], [0, 3, 3], {"padding_idx": 1}),
                                ([4, 17], None, {"padding_idx": 0})]:
    rest = [] if offsets is None else [torch.tensor(offsets)]
    case("embedding_bag", embedding_bag, indices(*shape, rows=4), eighths(4, 5), *rest, eighths(*shape),
         mode="sum", per_sample=True, **options)

table.write()
