"""Gradients before and after, and the norm that was returned; norms in float64 from float32 inputs, values
and special cases in float32.

{ gradients: [tensor | null], norms: [ { norm_type, max_norm, total, clipped: [flat] } ], values: [ {
  clip_value, clipped: [flat] } ],
  special: [ { name, gradients: [flat], norm_type, max_norm, total, clipped: [flat] } ], errors }
"""

import math

import torch
from torch import nn

from optimizing import flat, leaf, sentences
from writing import INF, NAN, Numbers, f32, normal, numbers, tensor, write


def clip_errors():
    p = leaf()
    p.grad = f32([1.0, INF])
    return {f"norm_type {t}": (lambda t=t: nn.utils.clip_grad_norm_(p, 1.0, t, error_if_nonfinite=True),
                               None) for t in (2.0, 0.5, math.inf)}


torch.manual_seed(14)
shapes = [[3, 4], [], [17], [33], [2, 0]]
gradients = [normal(*shape) for shape in shapes]


def clipped(run, given, dtype):
    parameters = [nn.Parameter(torch.zeros_like(g, dtype=dtype)) for g in given]
    for p, g in zip(parameters, given):
        p.grad = g.to(dtype).clone()
    # One without a gradient.
    total = run([nn.Parameter(torch.zeros(2, dtype=dtype)), *parameters])
    return total, [flat(p.grad) for p in parameters]


def norm_case(given, norm_type, max_norm, dtype):
    total, result = clipped(lambda parameters: nn.utils.clip_grad_norm_(parameters, max_norm, norm_type),
                            given, dtype)
    return {"norm_type": Numbers([norm_type]), "max_norm": max_norm, "total": Numbers([total.item()]),
            "clipped": result}


# The infinity norm of no elements is an error in torch.
some = gradients[:4]
norms = [norm_case(some if abs(t) == INF or t < 0 else gradients, t, m, torch.float64)
         for t in (2.0, 1.0, INF, -INF, 0.0, 3.0, 0.5, 1.5, -1.0) for m in (0.5, 2.0, 1000.0)]
values = [{"clip_value": v, "clipped": clipped(lambda parameters: nn.utils.clip_grad_value_(parameters, v),
                                               gradients, torch.float32)[1]} for v in (0.5, 1.0, 0.0, 100.0)]
special = [{"name": name, "gradients": [numbers(f32(g)) for g in given],
            **norm_case([f32(g) for g in given], t, m, torch.float32)} for name, given, t, m in [
    ("infinite", [[1.0, INF], [2.0]], 2.0, 1.0), ("nan", [[1.0, NAN], [2.0]], 2.0, 1.0),
    ("nan, largest", [[3.0, NAN, 1.0, 2.0, 5.0], [2.0]], INF, 1.0),
    ("infinite, largest", [[1.0, -INF], [2.0]], INF, 1.0), ("zeros", [[0.0, 0.0], [-0.0]], 2.0, 1.0),
    ("max_norm 0", [[3.0, 4.0]], 2.0, 0.0), ("small", [[1e-15, 1e-15]], 2.0, 1.0),
]]
write({"gradients": [tensor(g) for g in gradients], "norms": norms, "values": values, "special": special,
       "errors": sentences(clip_errors())})
