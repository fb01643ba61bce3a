"""Writes saved.json: which operands and results may change in place between forward and backward, by a real
PyTorch.


{ torch, ops: { name: { inputs: { name: { shape, values, dtype? } }, cases: [ { requires, change, tracked?,
  error, grads } ] } } }
Every operation runs with each set of float32 inputs requiring grad; then one input or the result ("out") has
1 (or
0.5 where that keeps it in range) added in place, within no_grad unless `tracked`; then sum(out * weights)
goes
backward, weights being 1, 2, 3 ... by turns. `change` is null where nothing changes. `error` tells whether
torch refuses.
"""

import itertools
import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def values(shape, start=0):
    """Between 0.1 and 0.9, all different from their neighbours."""
    n = torch.Size(shape).numel()
    return ((torch.arange(n) * 7 + 3 * start) % 11 / 13 + 0.1).reshape(shape)


def ints(*numbers):
    return torch.tensor(numbers, dtype=torch.int32)


A, B = values([2, 3]), values([2, 3], 1)
ONE = {"a": A}
TWO = {"a": A, "b": B}
LOSS = {"a": A, "target": values([2, 3], 2)}


def in_place(change):
    def run(a, b):
        x = a.clone()
        change(x, b)
        return x
    return run


def masked_fill_(x, b):
    x.masked_fill_(torch.tensor([[True, False, True]]), b.sum())


OPS = {
    "add": (TWO, lambda a, b: a + b), "sub": (TWO, lambda a, b: a - b), "mul": (TWO, lambda a, b: a * b),
    "div": (TWO, lambda a, b: a / b),
    "mul_row": ({"a": A, "b": values([3], 1)}, lambda a, b: a * b),
    "div_row": ({"a": A, "b": values([3], 1)}, lambda a, b: a / b),
    "mul_number": (ONE, lambda a: a * 3), "div_number": (ONE, lambda a: a / 3),
    "neg": (ONE, lambda a: -a), "abs": (ONE, torch.abs), "exp": (ONE, torch.exp), "log": (ONE, torch.log),
    "sqrt": (ONE, torch.sqrt),
    "sigmoid": (ONE, torch.sigmoid), "logsigmoid": (ONE, F.logsigmoid), "tanh": (ONE, torch.tanh),
    "silu": (ONE, F.silu), "relu": (ONE, torch.relu),
    "gelu": (ONE, F.gelu), "gelu_tanh": (ONE, lambda a: F.gelu(a, approximate="tanh")),
    "leaky_relu": (ONE, F.leaky_relu),
    "pow": (ONE, lambda a: a ** 3), "clamp": (ONE, lambda a: a.clamp(0.2, 0.6)),
    "softmax": (ONE, lambda a: a.softmax(1)), "log_softmax": (ONE, lambda a: a.log_softmax(1)),
    "sum": (ONE, lambda a: a.sum(1)), "mean": (ONE, lambda a: a.mean(0)), "amax": (ONE, lambda a: a.amax(1)),
    "clone": (ONE, torch.clone), "reshape": (ONE, lambda a: a.reshape(3, 2)),
    "select": (ONE, lambda a: a.select(0, 1)), "narrow": (ONE, lambda a: a.narrow(1, 1, 2)),
    "transpose": (ONE, lambda a: a.transpose(0, 1)), "expand": (ONE, lambda a: a.expand(2, 2, 3)),
    "cat": (TWO, lambda a, b: torch.cat([a, b])),
    "stack": (TWO, lambda a, b: torch.stack([a, b])),
    "where": ({**TWO, "mask": torch.tensor([[True, False, True]])}, lambda a, b,
              mask: torch.where(mask, a, b)),
    "masked_fill": ({"a": A, "mask": torch.tensor([[True, False, True]])}, lambda a,
                    mask: a.masked_fill(mask, 5)),
    "index_select": ({"a": A, "indices": ints(1, 0, 0)}, lambda a, indices: a.index_select(0, indices)),
    "matmul": ({"a": A, "b": values([3, 4], 1)}, torch.matmul),
    "matmul_vector": ({"a": A, "b": values([3], 1)}, torch.matmul),
    "linear": ({"a": A, "weight": values([4, 3], 1), "bias": values([4], 2)}, F.linear),
    "linear_plain": ({"a": A, "weight": values([4, 3], 1)}, F.linear),
    "linear_images": ({"a": values([2, 2, 3]), "weight": values([4, 3], 1), "bias": values([4], 2)},
                      F.linear),
    "conv2d": ({"a": values([1, 2, 4, 4]), "weight": values([2, 2, 3, 3], 1), "bias": values([2], 2)},
               F.conv2d),
    "max_pool2d": ({"a": values([1, 1, 4, 4])}, lambda a: F.max_pool2d(a, 2)),
    "avg_pool2d": ({"a": values([1, 1, 4, 4])}, lambda a: F.avg_pool2d(a, 2)),
    "adaptive_avg_pool2d": ({"a": values([1, 1, 4, 4])}, lambda a: F.adaptive_avg_pool2d(a, 3)),
    "layer_norm": ({"a": A, "weight": values([3], 1), "bias": values([3], 2)}, lambda a, weight,
                   bias: F.layer_norm(a, [3], weight, bias)),
    "batch_norm_train": ({"a": A, "weight": values([3], 1), "bias": values([3], 2)}, lambda a, weight,
                         bias: F.batch_norm(a, None, None, weight, bias, training=True)),
    "batch_norm_eval": ({"a": A, "mean": values([3], 3), "variance": values([3], 4), "weight": values([3], 1),
                         "bias": values([3], 2)},
                        lambda a, mean, variance, weight,
                        bias: F.batch_norm(a, mean, variance, weight, bias)),
    "embedding": ({"indices": ints(1, 0, 0), "a": A}, F.embedding),
    "embedding_bag_mean": ({"indices": ints(1, 0, 0), "a": A, "offsets": ints(0, 1)}, F.embedding_bag),
    "embedding_bag_max": ({"indices": ints(1, 0, 0), "a": A, "offsets": ints(0, 1)}, lambda i, a,
                          o: F.embedding_bag(i, a, o, mode="max")),
    "embedding_bag_weighted": ({"indices": ints(1, 0, 0), "a": A, "offsets": ints(0, 1),
                                "factors": values([3], 1)},
                               lambda i, a, o, f: F.embedding_bag(i, a, o, mode="sum", per_sample_weights=f)),
    "bce_with_logits": (LOSS, F.binary_cross_entropy_with_logits), "bce": (LOSS, F.binary_cross_entropy),
    "mse": (LOSS, F.mse_loss),
    "mse_none": (LOSS, lambda a, target: F.mse_loss(a, target, reduction="none")),
    "bce_weighted": ({**LOSS, "weight": values([3], 3)}, lambda a, target,
                     weight: F.binary_cross_entropy(a, target, weight)),
    "bce_with_logits_weighted": ({**LOSS, "weight": values([3], 3), "pos_weight": values([3], 4)},
                                 lambda a, target, weight,
                                 pos_weight: F.binary_cross_entropy_with_logits(
                                     a, target, weight, pos_weight=pos_weight)),
    "multilabel_soft_margin": (LOSS, F.multilabel_soft_margin_loss),
    "multilabel_soft_margin_weighted": ({**LOSS, "weight": values([3], 3)}, F.multilabel_soft_margin_loss),
    "multilabel_margin": ({"a": A, "target": ints(2, -1, 0, 0, 1, -1).reshape(2, 3)}, lambda a,
                          target: F.multilabel_margin_loss(a, target.long())),
    "cross_entropy": ({"a": A, "target": ints(2, 0), "weight": values([3], 3)}, lambda a, target,
                      weight: F.cross_entropy(a, target.long(), weight)),
    "cross_entropy_shares": ({**LOSS, "weight": values([3], 3)}, F.cross_entropy),
    "add_": (TWO, in_place(lambda x, b: x.add_(b))), "sub_": (TWO, in_place(lambda x, b: x.sub_(b))),
    "mul_": (TWO, in_place(lambda x, b: x.mul_(b))),
    "div_": (TWO, in_place(lambda x, b: x.div_(b))), "copy_": (TWO, in_place(lambda x, b: x.copy_(b))),
    "masked_fill_": (TWO, in_place(masked_fill_)),
    "row_mul_": (TWO, in_place(lambda x, b: x[0].mul_(b[1]))),
    "assign": (TWO, in_place(lambda x, b: x.__setitem__(0, b[1]))),
    "mul_twice_": (TWO, in_place(lambda x, b: x.mul_(b).mul_(b))),
}
# Weights of a loss, running statistics and targets of which torch has no gradient.
PLAIN = {"weight", "pos_weight", "mean", "variance"}
# torch keeps int64 copies of these, which ours takes as they are.
CONVERTED = {("cross_entropy", "target"), ("multilabel_margin", "target")}


def run(inputs, op, requires, change, tracked):
    tensors = {name: x.clone().requires_grad_(name in requires) for name, x in inputs.items()}
    out = op(*tensors.values())
    if change is not None:
        target = out if change == "out" else tensors[change]
        with torch.set_grad_enabled(tracked):
            # All integers stay in range: row 0 or 1, no bag after the end.
            if target.dtype == torch.int32:
                target.fill_(1)
            elif target.dtype == torch.bool:
                target.logical_not_()
            else:
                target.add_(0.5)
    weights = (torch.arange(out.numel()) % 3 + 1.0).reshape(out.shape)
    try:
        (out * weights).sum().backward()
    except RuntimeError as error:
        assert "modified by an inplace operation" in str(error), error
        return {"error": True, "grads": None}
    grads = {name: tensors[name].grad.reshape(-1).tolist() for name in requires}
    return {"error": False, "grads": grads}


def cases(name, inputs, op):
    fused = "target" in inputs
    able = [key for key, x in inputs.items() if x.dtype == torch.float32
            and not (key in PLAIN and (fused or key in ("mean", "variance")))]
    if name in ("cross_entropy_shares",):
        able = ["a"]
    found = []
    for count in range(1, len(able) + 1):
        for requires in itertools.combinations(able, count):
            for change, tracked in [(None, False), *((key, False) for key in [*inputs, "out"]),
                                    ("out", True)]:
                if (name, change) in CONVERTED or (change == "out"
                                                   and name in ("expand", "select", "narrow", "reshape",
                                                                "transpose")):
                    continue
                found.append({"requires": requires, "change": change,
                              **({"tracked": True} if tracked else {}),
                              **run(inputs, op, requires, change, tracked)})
    return found


def described(x):
    kind = {torch.float32: {}, torch.int32: {"dtype": "int32"}, torch.bool: {"dtype": "bool"}}[x.dtype]
    return {"shape": list(x.shape), "values": x.reshape(-1).to(torch.float64).tolist(), **kind}


def rounded(x):
    if isinstance(x, float):
        return float(f"{x:.8g}")
    if isinstance(x, (list, tuple)):
        return [rounded(y) for y in x]
    return {key: rounded(y) for key, y in x.items()} if isinstance(x, dict) else x


def main():
    ops = {name: {"inputs": {key: described(x) for key, x in inputs.items()},
                  "cases": cases(name, inputs, op)} for name, (inputs, op) in OPS.items()}
    lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(rounded(op), separators=(',', ':'))}" for name,
                       op in ops.items())
    path = pathlib.Path(__file__).parent / "saved.json"
    path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}","ops":{{\n{lines}\n}}}}\n')
    every = [case for op in ops.values() for case in op["cases"]]
    refused = sum(case["error"] for case in every)
    print(f"{len(ops)} operations, {len(every)} cases, {refused} refused; {path.stat().st_size / 1000:.0f} kB")


main()
