"""Convolutions."""

import torch
import torch.nn.functional as F

from writing import INF, NAN, OpTable, eighths, f32, loud, normal

torch.manual_seed(8)
table = OpTable()
case = table.case


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return F.conv2d(x, weight, bias, stride, padding, dilation, groups)


for i, (x, weight, options) in enumerate([
    # One of everything, then odd sizes and tails of the vectors
    ([1, 1, 1, 1], [1, 1, 1, 1], {}),
    ([1, 1, 3, 3], [1, 1, 3, 3], {}),
    ([2, 3, 5, 7], [4, 3, 3, 3], {}),
    ([2, 3, 4, 5], [5, 3, 1, 1], {}),
    ([1, 2, 6, 17], [3, 2, 2, 5], {}),
    ([3, 1, 9, 4], [9, 1, 3, 2], {"padding": 1}),
    ([1, 17, 3, 3], [4, 17, 3, 3], {"padding": 1}),
    # Stride
    ([2, 2, 7, 8], [3, 2, 3, 3], {"stride": 2}),
    ([1, 2, 8, 7], [3, 2, 2, 3], {"stride": [1, 3]}),
    ([1, 1, 9, 9], [2, 1, 2, 2], {"stride": 4}),
    ([1, 3, 5, 5], [2, 3, 1, 1], {"stride": 2}),
    # Padding, up to windows that see nothing else
    ([2, 2, 5, 4], [3, 2, 3, 3], {"padding": 1}),
    ([1, 2, 3, 6], [2, 2, 3, 2], {"padding": [2, 0]}),
    ([1, 1, 2, 2], [2, 1, 2, 2], {"padding": 3}),
    ([1, 2, 4, 5], [2, 2, 3, 3], {"stride": 2, "padding": [1, 2]}),
    ([1, 2, 5, 5], [2, 2, 3, 3], {"padding": "valid"}),
    # 'same', with kernels of an even size too
    ([1, 2, 5, 4], [3, 2, 3, 3], {"padding": "same"}),
    ([1, 2, 5, 4], [3, 2, 2, 4], {"padding": "same"}),
    ([1, 1, 4, 6], [2, 1, 4, 1], {"padding": "same"}),
    ([1, 1, 6, 7], [2, 1, 2, 3], {"padding": "same", "dilation": [3, 2]}),
    # Dilation
    ([1, 2, 7, 7], [3, 2, 3, 3], {"dilation": 2}),
    ([1, 1, 8, 6], [2, 1, 2, 3], {"dilation": [3, 1], "padding": [1, 2], "stride": [2, 1]}),
    # Groups; as many as channels is depthwise
    ([2, 4, 5, 5], [6, 2, 3, 3], {"groups": 2, "padding": 1}),
    ([2, 3, 5, 5], [3, 1, 3, 3], {"groups": 3, "padding": 1}),
    ([1, 3, 4, 4], [6, 1, 2, 2], {"groups": 3, "stride": 2}),
    # Unbatched, and no images
    ([3, 5, 5], [4, 3, 3, 3], {"padding": 1}),
    ([2, 4, 4], [4, 1, 2, 2], {"groups": 2}),
    ([0, 3, 5, 5], [4, 3, 3, 3], {}),
]):
    bias = [eighths(weight[0])] if i % 3 else []
    case("conv2d", conv2d, eighths(*x), eighths(*weight), *bias, **options)
case("conv2d", conv2d, normal(2, 3, 6, 7), normal(5, 3, 3, 3), normal(5), digits=9, padding=1)
case("conv2d", conv2d, f32([[[[1, NAN, 3], [4, 5, 6], [INF, 8, 9]]]]), f32([[[[1, 2], [3, 0.5]]]]),
     note="special values", upstream=loud(4).reshape(1, 1, 2, 2))



table.write()
