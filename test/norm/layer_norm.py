"""Layer normalisation."""

import functools

import torch
import torch.nn.functional as F

from writing import NAN, OpTable, eighths, f32, normal

torch.manual_seed(23)
table = OpTable()
case = functools.partial(table.case, digits=9)


def layer_norm(x, *affine, normalized_shape, bias_only=False, eps=1e-5):
    weight, bias = (None, affine[0]) if bias_only else (*affine, None, None)[:2]
    return F.layer_norm(x, normalized_shape, weight, bias, eps)


for n in (2, 3, 4, 5, 8, 15, 16, 17):
    make = normal if n > 2 else eighths
    case("layer_norm", layer_norm, make(3, n), make(n), make(n), normalized_shape=[n])
for shape, size, affine, options in [([2, 3, 4], [4], 2, {}), ([2, 3, 4], [3, 4], 2, {}),
                                     ([2, 3, 4], [2, 3, 4], 2, {}), ([66, 3], [3], 2, {}),
                                     ([2, 33], [33], 0, {}), ([2, 33], [33], 1, {}),
                                     ([2, 33], [33], 1, {"bias_only": True}), ([1, 130], [130], 2, {}),
                                     ([4, 6], [6], 2, {"eps": 0.1}), ([0, 3], [3], 2, {}), ([7], [7], 2, {}),
                                     ([2, 0], [0], 2, {})]:
    x = eighths(*shape) if len(shape) > 1 and shape[0] == 66 else normal(*shape)
    case("layer_norm", layer_norm, x, *(normal(*size) for _ in range(affine)), normalized_shape=size,
         **options)
case("layer_norm", layer_norm, f32([[10, 11.1, 12.5], [-30.5, -29.1, -33]]), normal(3), normal(3),
     note="far from 0", normalized_shape=[3])
case("layer_norm", layer_norm, f32([[2, 2, 2], [1, NAN, 3]]), normal(3), normal(3), note="constant row, nan",
     normalized_shape=[3])

table.write()
