"""Windows as columns, sums of windows, and maxima with their indices."""

import torch
import torch.nn.functional as F

from writing import OpTable, eighths

torch.manual_seed(37)
table = OpTable()


def windows(x, **sizes):
    return F.unfold(x, **sizes)


def fold(x, **sizes):
    return F.fold(x, **sizes)


def max_pool2d_with_indices(x, **options):
    """The maxima, and the indices as their hundredth part."""
    values, indices = F.max_pool2d(x, return_indices=True, **options)
    return values + indices.to(x.dtype) / 100


for shape, sizes in [((1, 1, 3, 3), {"kernel_size": 2}), ((2, 3, 5, 7), {"kernel_size": [3, 2], "stride": 2}),
                     ((1, 2, 6, 5), {"kernel_size": 2, "dilation": [3, 1], "padding": [1, 2]}),
                     ((3, 4, 4), {"kernel_size": [1, 3], "padding": 1, "stride": [2, 1]})]:
    x = eighths(*shape)
    table.case("windows", windows, x, **sizes)
    columns = F.unfold(x, **sizes)
    table.case("fold", fold, eighths(*columns.shape), output_size=list(shape[-2:]), **sizes)
for shape, options in [((1, 1, 4, 4), {"kernel_size": 2}), ((2, 3, 7, 5), {"kernel_size": [3, 2], "stride": 2, "padding": 1}),
                       ((2, 6, 9), {"kernel_size": 2, "dilation": [2, 3], "ceil_mode": True})]:
    # Different values, so that no maximum is there twice.
    count = torch.Size(shape).numel()
    x = ((torch.arange(count) * 7919) % 1009).float().reshape(shape) / 8
    table.case("max_pool2d_with_indices", max_pool2d_with_indices, x, **options)

table.write()
