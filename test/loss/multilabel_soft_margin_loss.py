"""F.multilabel_soft_margin_loss in float64 from float32 inputs.

{ cases: [ { name, input, target, weight: tensor | null, reduction, upstream, output: tensor,
             grads: { input, target, weight } (null: not asked for),
             torch_is_nan?: true, expected?: { output, grads: { input } } } ] }
With torch_is_nan, `output` is torch's nan and `expected` is what this project documents instead:
an infinite logit that agrees with its label costs nothing.
"""

import torch
import torch.nn.functional as F

from writing import INF, NAN, Numbers, double, eighths, f32, normal, numbers, short, tensor, write

torch.manual_seed(2)
cases = []


def reference(x, y, w, reduction):
    """As torch, but 0 where the margin a * c has c = 0 (a = |x|, c = 1 - y or y)."""
    a, c = x.detach().abs(), torch.where(x < 0, y, 1 - y)
    loss = torch.where(c == 0, 0.0, a * c) + torch.log1p(torch.exp(-a))
    grad = torch.sigmoid(x.detach()) - y
    if w is not None:
        loss, grad = loss * w, grad * w
    loss = loss.sum(-1) / x.shape[-1]
    scale = {"none": 1, "sum": 1, "mean": 1 / max(loss.numel(), 1)}[reduction] / x.shape[-1]
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction], grad * scale


def case(name, x, y, w=None, reduction="mean", upstream=None, grads=("input",), digits=12):
    leaves = {"input": double(x), "target": double(y), "weight": None if w is None else double(w)}
    for key in grads:
        leaves[key].requires_grad_()
    out = F.multilabel_soft_margin_loss(leaves["input"], leaves["target"], leaves["weight"],
                                        reduction=reduction)
    upstream = torch.ones(out.shape) if upstream is None else upstream
    if grads:
        out.backward(upstream.double())
    gradients = {k: None if t is None or t.grad is None
                 else {"shape": list(t.shape), "data": Numbers(t.grad.numpy(), digits)} for k,
                 t in leaves.items()}
    entry = {"name": name, "input": tensor(x), "target": tensor(y), "weight": None if w is None
             else tensor(w), "reduction": reduction,
             "upstream": {"shape": list(upstream.shape), "data": numbers(upstream)}, "output": tensor(out),
             "grads": gradients}
    if out.isnan().any() and not x.isnan().any() and x.numel():
        expected, grad = reference(*(None if t is None else t.detach() for t in leaves.values()), reduction)
        if not expected.isnan().any():
            entry |= {"torch_is_nan": True, "expected": {"output": tensor(expected),
                                                         "grads": {"input": {"shape": list(x.shape),
                                                                             "data": numbers(grad)}}}}
    cases.append(entry)


def hard(*shape):
    return (torch.rand(shape) < 0.4).float()


def soft(*shape):
    return short(torch.rand(*shape), 2)


def weights(*shape):
    return short(torch.rand(*shape) * 2 + 0.1, 3)


# Shapes x reductions
for shape in ([1], [3], [1, 1], [7, 1], [5, 3], [2, 16], [3, 17], [4, 33], [2, 3, 5], [2, 2, 3, 4]):
    for reduction in ("none", "mean", "sum"):
        case(f"shape {shape}, {reduction}", normal(*shape, scale=2), hard(*shape), reduction=reduction)
    if 1 < len(shape) and shape != [4, 33]:
        case(f"shape {shape}, none, random upstream", normal(*shape, scale=2), soft(*shape), reduction="none",
             upstream=eighths(*shape[:-1]))
case("upstream -2.5, mean", normal(5, 3), hard(5, 3), upstream=f32(-2.5))
case("upstream 0.125, sum, weight [C]", normal(5, 3), hard(5, 3), weights(3), "sum", upstream=f32(0.125))

# Weights
for shape, wshape in [([5, 3], [3]), ([5, 3], [5, 3]), ([5, 3], [5, 1]), ([5, 3], [1]), ([3, 17], [17]),
                      ([3, 17], [1, 17]), ([4, 16], [4, 1]), ([3], [3]), ([7, 1], [1]), ([2, 3, 5], [5]),
                      ([2, 3, 5], [3, 1])]:
    for reduction, make in (("none", soft), ("mean", hard), ("sum", soft)):
        case(f"weight {wshape} on {shape}, {reduction}", normal(*shape), make(*shape), weights(*wshape),
             reduction)
case("weight 0 and negative", normal(4, 5), hard(4, 5), f32([0, 1, -1, 0.5, 2]))

# Targets: broadcasting, integer types, values outside 0..1
for shape, tshape in [([5, 3], [3]), ([5, 3], [1, 3]), ([5, 3], [5, 1]), ([2, 17], [17]), ([2, 3, 5], [5]),
                      ([5, 3], [1])]:
    for reduction in ("none", "mean"):
        case(f"target {tshape} on {shape}, {reduction}", normal(*shape), soft(*tshape), reduction=reduction)
for dtype in (torch.int64, torch.uint8):
    case(f"target {dtype}", normal(4, 5), hard(4, 5).to(dtype), weights(5), "none")
case("target outside 0..1", normal(2, 4), f32([[-1, 2, 1.5, -0.5], [1, 0, 2, 3]]))

# Gradients of target and weight too
for x, y, w in [([5, 3], [5, 3], [3]), ([5, 3], [3], [5, 1]), ([1, 17], [1, 17], [1, 17]),
                ([2, 3, 5], [5], [1]), ([4], [4], [4])]:
    for reduction in ("none", "mean"):
        up = eighths(*x[:-1]) if reduction == "none" and len(x) > 1 else None
        case(f"all gradients: {x}, {y}, {w}, {reduction}", normal(*x), soft(*y), weights(*w), reduction, up,
             ("input", "target", "weight"))

# Large logits
for scale in (10, 100, 1e4):
    for kind, make in (("hard", hard), ("soft", soft)):
        for reduction in ("none", "mean"):
            case(f"logits x {scale:g}, {kind}, {reduction}", normal(3, 9, scale=scale), make(3, 9),
                 reduction=reduction)
    case(f"logits x {scale:g}, weight, sum", normal(3, 7, scale=scale), hard(3, 7), weights(7), "sum")

# Nothing at all
for shape in ([0, 3], [3, 0], [0], [0, 0], [2, 0, 3]):
    for reduction in ("none", "mean", "sum"):
        case(f"empty {shape}, {reduction}", normal(*shape), hard(*shape), reduction=reduction)

# One value at a time
for x in (0.0, -0.0, 1e-8, 20.0, -20.0, 88.0, -88.0, 104.0, -104.0, 1e38, -1e38, INF, -INF, NAN):
    for y in (0.0, 1.0, 0.5):
        case(f"x = {x:g}, y = {y:g}", f32([x]), f32([y]))
case("masked classes: -inf, y = 0", f32([[0.5, -INF, 2, -INF], [-INF, 1, -1, -INF]]),
     f32([[1, 0, 0, 0], [0, 1, 1, 0]]), reduction="none")
case("masked classes, weight, mean", f32([[0.5, -INF, 2, INF], [-INF, 1, -1, -INF]]),
     f32([[1, 0, 0, 1], [0, 1, 1, 0]]), weights(4))
case("infinite loss in one row", f32([[0.5, INF], [1, 2]]), f32([[1, 0], [1, 0]]), reduction="none")
case("nan in one row", f32([[0.5, NAN], [1, 2]]), f32([[1, 0], [1, 0]]), reduction="none")
case("nan target", f32([[0.5, 1], [1, 2]]), f32([[1, NAN], [1, 0]]), reduction="none")

# Wide rows; the gradient with 8 digits, to keep the file small
case("wide, mean", normal(5, 1000, scale=3), hard(5, 1000), digits=8)
case("wide, weight, soft, none, no gradient", normal(1, 1000), soft(1, 1000), weights(1000), "none", grads=())

write({"cases": cases})
