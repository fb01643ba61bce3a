"""Batch normalisation: single steps, and several in a row.

{ ops: as of an OpTable; running_mean and running_var are among the options, weight and bias are inputs as far
  as
  has_weight and has_bias say,
  batch_norms: [ { name, module, num_features, options, state_dict: { key: tensor },
                   steps: [ { training, input, output, upstream, grad: { shape, data }, state: { key: tensor }
                   } ] } ],
  errors: [ { name, type, message } ] }
"""

import torch
import torch.nn.functional as F
from torch import nn

from writing import INF, NAN, OpTable, eighths, f32, failures, grad_of, loud, normal, numbers, positive, short, tensor

torch.manual_seed(10)
table = OpTable()
case = table.case


def batch_norm(x, *affine, running_mean, running_var, has_weight, has_bias, **options):
    parts = list(affine)
    weight, bias = parts.pop(0) if has_weight else None, parts.pop(0) if has_bias else None
    running = [None if r is None else torch.tensor(r, dtype=x.dtype) for r in (running_mean, running_var)]
    return F.batch_norm(x, *running, weight, bias, **options)


def both(shape, has_weight=True, has_bias=True, make=normal, **options):
    channels = shape[1]
    affine = [normal(channels) for has in (has_weight, has_bias) if has]
    running = {"running_mean": normal(channels).tolist(), "running_var": positive(channels).tolist()}
    for training in (True, False):
        if not training or sum(shape) > 0 and torch.Size(shape).numel() != channels:
            case("batch_norm", batch_norm, make(*shape), *affine, **running, digits=9, has_weight=has_weight,
                 has_bias=has_bias, training=training, **options)


for shape in ([2, 1], [5, 3], [17, 4], [2, 3, 1], [3, 2, 5], [2, 3, 4, 4], [1, 2, 5, 7], [1, 3, 1, 17],
              [2, 1, 16, 17], [3, 1, 2, 2, 3], [1, 3]):
    both(shape)
for shape in ([0, 3], [0, 3, 2, 2], [2, 0, 3]):
    both(shape, False, False)
for has_weight, has_bias in ((False, False), (True, False), (False, True)):
    both([4, 3], has_weight, has_bias)
    both([2, 3, 3, 5], has_weight, has_bias)
both([6, 2], eps=0.5)
both([2, 2, 3, 3], eps=1e-3)
both([4, 2], make=lambda *shape: short(normal(*shape) + 3, 4))
both([3, 2, 6], make=lambda *shape: torch.full(shape, 2.5))
case("batch_norm", batch_norm, eighths(4, 2), running_mean=None, running_var=None, has_weight=False,
     has_bias=False, training=True)
special = f32([[1, NAN, INF], [2, 1, 1], [4, 3, -2]])
for training in (True, False):
    case("batch_norm", batch_norm, special, note="special values", upstream=loud(9).reshape(3, 3),
         running_mean=[0.5, 0, 0], running_var=[1, 4, 2], has_weight=False, has_bias=False, training=training)


def batch_norms():
    """Several steps of training, then one of evaluation."""
    def entry(name, kind, features, shape, **options):
        module = getattr(nn, kind)(features, **options).double()
        for p in module.parameters():
            p.data = normal(*p.shape).double()
        start = {k: tensor(v.clone()) for k, v in module.state_dict().items()}
        steps = []
        for step in range(5):
            module.train(step < 4)
            x = (normal(*shape) * (step + 1) + step).float()
            leaf, upstream = x.double().requires_grad_(), eighths(*shape)
            out = module(leaf)
            out.backward(upstream.double())
            steps.append({"training": module.training, "input": tensor(x), "output": tensor(out, 9),
                          "upstream": {"shape": list(shape), "data": numbers(upstream)},
                          "grad": grad_of(leaf, 9),
                          "state": {k: tensor(v.clone(), 9 if v.is_floating_point() else None) for k,
                                    v in module.state_dict().items()}})
        return {"name": name, "module": kind, "num_features": features, "options": options,
                "state_dict": start, "steps": steps}

    return [
        entry("momentum 0.1", "BatchNorm2d", 3, (2, 3, 2, 2)),
        entry("momentum 0.3, eps", "BatchNorm1d", 4, (5, 4), momentum=0.3, eps=1e-3),
        entry("mean over all batches", "BatchNorm1d", 2, (3, 2), momentum=None),
        entry("nothing learned, sequences", "BatchNorm1d", 2, (2, 2, 3), affine=False),
        entry("no bias", "BatchNorm2d", 2, (2, 2, 1, 3), bias=False),
        entry("no running statistics", "BatchNorm2d", 2, (2, 2, 3, 1), track_running_stats=False),
    ]


O = torch.ones
ERRORS = {
    "batch_norm: no running mean": "F.batch_norm(O(2, 3), None, None)",
    "batch_norm: no running variance": "F.batch_norm(O(2, 3), O(3), None)",
    "batch_norm: one of two": "F.batch_norm(O(2, 3), O(3), None, training=True)",
    "batch_norm: running mean": "F.batch_norm(O(2, 3), O(4), O(3))",
    "batch_norm: weight": "F.batch_norm(O(2, 3), O(3), O(3), O(4))",
    "batch_norm: one value": "F.batch_norm(O(1, 3), None, None, training=True)",
    "batch_norm: eps": "F.batch_norm(O(2, 3), O(3), O(3), eps=-1)",
    "batch_norm: eps when training": "F.batch_norm(O(2, 3), O(3), O(3), eps=0, training=True)",
    "BatchNorm2d: rank": "nn.BatchNorm2d(3)(O(2, 3))",
    "BatchNorm1d: rank": "nn.BatchNorm1d(3)(O(2, 3, 4, 5))",
}

table.write(batch_norms=batch_norms(), errors=failures(ERRORS, globals()))
