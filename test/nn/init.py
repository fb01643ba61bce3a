"""What nn.init draws from a seed, as digests of the bits.

{ cases: [ { name, options, shape, digest, rand: [numbers] (drawn afterwards) } ], orthogonal: [ { shape,
  gain, values } ],
     gains: [ { nonlinearity, param, gain } ] }
Where torch says that the shape does not suit, there is no case.
`orthogonal`: Q by float64 from torch's float32 normal values, as float32 LAPACK is off by 1e-5.

Made on x86 with AVX2 or AVX-512: elsewhere torch's own normal and scaled uniform values differ in their
last bits.
"""

import math

import torch
from torch import nn

from digest import digest
from writing import numbers, write

INITS = [
    ("uniform_", {}), ("uniform_", {"a": -2, "b": 0.5}), ("normal_", {}),
    ("normal_", {"mean": 3, "std": 0.02}), ("constant_", {"val": 0.3}), ("ones_", {}), ("zeros_", {}),
    ("xavier_uniform_", {}), ("xavier_uniform_", {"gain": 5 / 3}), ("xavier_normal_", {}),
    ("xavier_normal_", {"gain": 0.5}),
    ("kaiming_uniform_", {}), ("kaiming_uniform_", {"a": math.sqrt(5)}),
    ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_uniform_", {"nonlinearity": "tanh"}),
    ("kaiming_normal_", {}), ("kaiming_normal_", {"a": 0.2}),
    ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", {"nonlinearity": "selu"}),
    ("trunc_normal_", {}), ("trunc_normal_", {"std": 0.02}),
    ("trunc_normal_", {"mean": 1, "std": 2, "a": -0.5, "b": 0.5}), ("trunc_normal_", {"a": 1.5, "b": 4}),
    ("trunc_normal_", {"a": -0.1, "b": 0.2}),
    ("eye_", {}), ("dirac_", {}), ("dirac_", {"groups": 2}),
    ("sparse_", {"sparsity": 0.3}), ("sparse_", {"sparsity": 0.9, "std": 2.0}),
]
SHAPES = [[3, 5], [16, 4], [64, 33], [2, 3, 4], [8, 3, 3, 3], [4, 2, 3, 2, 3], [7], []]

cases = []
for name, options in INITS:
    for shape in SHAPES:
        torch.manual_seed(9)
        try:
            result = getattr(nn.init, name)(torch.empty(shape), **options)
        except ValueError:
            continue
        cases.append({"name": name, "options": options, "shape": shape, "digest": digest(result),
                      "rand": numbers(torch.rand(1))})

orthogonal = []
for shape, gain in [([3, 5], 1), ([5, 3], 1), ([4, 4], 2), ([1, 1], 1), ([17, 33], 0.5), ([40, 12], 1),
                    ([6, 2, 3], 1), ([4, 3, 3, 3], 1)]:
    torch.manual_seed(9)
    rows, columns = shape[0], math.prod(shape[1:])
    flat = torch.randn(rows, columns).double()
    q, r = torch.linalg.qr(flat.t() if rows < columns else flat)
    q = q * r.diagonal().sign()
    q = (q.t() if rows < columns else q).reshape(shape) * gain
    torch.manual_seed(9)
    torch.testing.assert_close(nn.init.orthogonal_(torch.empty(shape), gain), q.float(), rtol=1e-4, atol=1e-5)
    orthogonal.append({"shape": shape, "gain": gain, "values": numbers(q.float())})

names = ["linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
         "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
gains = [{"nonlinearity": name, "param": param, "gain": nn.init.calculate_gain(name, param)}
         for name in names for param in (None, 0.2)]
write({"cases": cases, "orthogonal": orthogonal, "gains": gains})
