"""Pooling; options are those of the operation."""

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, eighths, f32, loud, normal

torch.manual_seed(9)
table = OpTable()
case = table.case

POOLING = [
    ([1, 1, 1, 1], 1, {}),
    ([2, 3, 4, 6], 2, {}),
    ([1, 2, 5, 7], 2, {}),
    ([1, 1, 4, 17], 2, {}),
    ([2, 1, 6, 9], [3, 2], {}),
    ([1, 2, 6, 13], 3, {"stride": 1}),
    ([1, 1, 9, 16], 3, {"stride": 2}),
    ([1, 2, 7, 8], [2, 3], {"stride": [3, 1]}),
    ([1, 1, 5, 33], 2, {"stride": [1, 5]}),
    ([1, 2, 6, 11], 3, {"stride": 2, "padding": 1}),
    ([1, 1, 5, 9], [2, 5], {"stride": 1, "padding": [1, 2]}),
    ([1, 1, 3, 3], 3, {"padding": 1}),
    # Windows that reach past the image, and those that torch leaves out
    ([1, 2, 5, 7], 2, {"ceil_mode": True}),
    ([1, 1, 6, 8], 3, {"stride": 2, "padding": 1, "ceil_mode": True}),
    ([1, 1, 4, 4], 2, {"stride": 3, "padding": 1, "ceil_mode": True}),
    ([1, 1, 1, 4], 2, {"ceil_mode": True}),
    ([1, 1, 2, 2], 2, {"stride": 4, "padding": 1, "ceil_mode": True}),
    # Unbatched, and no images
    ([3, 4, 5], 2, {}),
    ([0, 3, 4, 4], 2, {}),
]


def max_pool2d(x, kernel_size, **options):
    return F.max_pool2d(x, kernel_size, **options)


def avg_pool2d(x, kernel_size, **options):
    return F.avg_pool2d(x, kernel_size, **options)


def adaptive_avg_pool2d(x, output_size):
    return F.adaptive_avg_pool2d(x, output_size)


for shape, kernel_size, options in POOLING:
    # Few values: many ties, which the first must win.
    case("max_pool2d", max_pool2d, eighths(*shape), kernel_size=kernel_size, **options)
    case("avg_pool2d", avg_pool2d, eighths(*shape), digits=9, kernel_size=kernel_size, **options)
case("max_pool2d", max_pool2d, normal(2, 3, 9, 18), kernel_size=2)
for shape, kernel_size, options in [
    ([1, 2, 6, 9], 2, {"dilation": 2}),
    ([1, 1, 9, 14], [2, 3], {"stride": 2, "padding": 1, "dilation": [3, 2]}),
    ([1, 1, 8, 8], 3, {"stride": [2, 1], "dilation": [1, 3], "ceil_mode": True}),
    # Larger than bytes count
    ([1, 1, 20, 18], [17, 16], {}),
    ([2, 1, 18, 19], 17, {"stride": 2, "padding": 8}),
    ([1, 1, 1, 300], [1, 257], {"stride": 43, "ceil_mode": True}),
]:
    case("max_pool2d", max_pool2d, eighths(*shape), kernel_size=kernel_size, **options)
case("max_pool2d", max_pool2d, torch.ones(1, 1, 4, 18), note="ties", kernel_size=2)
case("max_pool2d", max_pool2d, torch.ones(1, 1, 5, 7), note="ties", kernel_size=3, stride=2, padding=1)
lines = f32([[NAN, 1, 2, NAN, 3, 4, -INF, -INF, INF, 1, -INF, 2, 0, -0.0, NAN, INF, 5],
             [2, 3, NAN, NAN, 5, NAN, -INF, -INF, 2, INF, -INF, -INF, -0.0, 0, 1, NAN, 6],
             [-INF, NAN, 1, 1, 2, 2, -INF, 1, NAN, -INF, INF, NAN, -1, -2, -2, -1, 7]])
for options in ({"kernel_size": 2}, {"kernel_size": 2, "stride": 1},
                {"kernel_size": 3, "stride": 2, "padding": 1}, {"kernel_size": [3, 1]},
                {"kernel_size": [1, 2], "stride": 3, "ceil_mode": True}):
    out = F.max_pool2d(lines[None, None], **options)
    case("max_pool2d", max_pool2d, lines[None, None], note="special values",
         upstream=loud(out.numel()).reshape(out.shape), **options)
case("max_pool2d", max_pool2d, torch.full((1, 1, 4, 9), -INF), note="only -inf", kernel_size=[2, 3],
     padding=1)

for shape, kernel_size, options in POOLING:
    if options.get("padding"):
        case("avg_pool2d", avg_pool2d, eighths(*shape), kernel_size=kernel_size, count_include_pad=False,
             **options)
case("avg_pool2d", avg_pool2d, eighths(1, 2, 5, 9), kernel_size=2, divisor_override=3)
case("avg_pool2d", avg_pool2d, eighths(1, 1, 5, 5), kernel_size=3, stride=2, padding=1,
     count_include_pad=False, divisor_override=-2)
case("avg_pool2d", avg_pool2d, f32([[[1, NAN, 3, INF], [4, 5, 6, -INF]]]), note="special values",
     upstream=loud(2).reshape(1, 1, 2), kernel_size=2)

for shape, output_size in [([2, 3, 4, 6], 1), ([2, 3, 4, 6], 2), ([1, 2, 5, 7], [3, 4]),
                           ([1, 1, 7, 3], [None, 2]), ([1, 2, 3, 5], [7, None]), ([1, 1, 3, 4], [5, 9]),
                           ([3, 5, 6], 3), ([1, 1, 1, 1], 3),
                           ([0, 3, 4, 4], 2), ([1, 1, 17, 33], [4, 16])]:
    case("adaptive_avg_pool2d", adaptive_avg_pool2d, eighths(*shape), digits=9, output_size=output_size)



table.write()
