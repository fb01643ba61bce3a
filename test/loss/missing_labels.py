"""Writes missing_labels.json: losses of labels of which some are missing, as torch gives them in float64 for the others alone.

{ torch, cases: [ { loss, options, input, target, weight: tensor | null, pos_weight: tensor | null,
                                 ignore_index, reduction, output: tensor, grad: tensor } ] }
At missing places the input is also NaN or infinite. For 'none' the upstream gradient is 1.
"""

import torch
import torch.nn.functional as F

from writing import INF, NAN, Numbers, double, normal, short, tensor, write

torch.manual_seed(16)
REDUCTIONS = ("none", "mean", "sum")
cases = []


def asymmetric(x, y, gamma_neg=4, gamma_pos=1, clip=0.05):
    """Ridnik et al. 2021, equations 4 to 7, without an epsilon."""
    p = torch.sigmoid(x)
    shifted = (p - clip).clamp(min=0)
    return (-y * (1 - p) ** gamma_pos * F.logsigmoid(x)
            - (1 - y) * shifted**gamma_neg * (torch.log1p(-shifted) if clip else F.logsigmoid(-x)))


def focal(x, y, alpha=0.25, gamma=2):
    """Lin et al. 2017, as torchvision.ops.sigmoid_focal_loss."""
    p = torch.sigmoid(x)
    missed = 1 - (p * y + (1 - p) * (1 - y))
    losses = F.binary_cross_entropy_with_logits(x, y, reduction="none") * missed**gamma
    return (alpha * y + (1 - alpha) * (1 - y)) * losses


def bce(x, y, w, p):
    return F.binary_cross_entropy_with_logits(x, y, w, pos_weight=p, reduction="none")


LOSSES = {
    "binary_cross_entropy_with_logits": bce,
    "binary_cross_entropy": lambda x, y, w, p: F.binary_cross_entropy(x, y, w, reduction="none"),
    "sigmoid_focal_loss": lambda x, y, w, p, **o: focal(x, y, **o),
    "asymmetric_loss": lambda x, y, w, p, **o: asymmetric(x, y, **o),
    "soft_margin_loss": lambda x, y, w, p: F.soft_margin_loss(x, y, reduction="none"),
}


def elementwise(loss, x, y, known, w, p, reduction, **options):
    """Of the known ones alone."""
    picked = [None if t is None else t.expand(x.shape)[known] for t in (x, y, w, p)]
    losses = LOSSES[loss](*picked, **options)
    if reduction == "none":
        return torch.zeros(x.shape, dtype=x.dtype).masked_scatter(known, losses)
    if reduction == "sum":
        return losses.sum()
    return losses.mean() if known.any() else (x[known].sum() * 0)


def by_rows(x, y, known, w, p, reduction, label_smoothing=0.0):
    """A row at a time, of its known ones alone; rows without any are left out of the mean."""
    classes = x.shape[-1]
    flat = [None if t is None else t.expand(x.shape).reshape(-1, classes) for t in (x, y, known, w, p)]
    rows = []
    for i, k in enumerate(flat[2]):
        row_x, row_y, row_w, row_p = (None if t is None else t[i][k] for t in (flat[0], flat[1], *flat[3:]))
        if k.any():
            row_y = row_y * (1 - label_smoothing) + label_smoothing / 2
            rows.append(bce(row_x, row_y, row_w, row_p).mean())
        else:
            rows.append(row_x.sum())
    counted = [row for row, k in zip(rows, flat[2]) if k.any()]
    if reduction == "none":
        return torch.stack(rows).reshape(x.shape[:-1])
    total = torch.stack(rows).sum()
    return total if reduction == "sum" else total / max(1, len(counted))


def case(loss, x, y, w=None, p=None, ignore_index=-1.0, rate=0.4, note=None, **options):
    missing = torch.rand(y.shape) < rate
    if y.dim() > 1 and y.shape[0] > 2:
        missing[1] = True
    if ignore_index is None:
        missing[...] = False
    y = torch.where(missing, ignore_index or 0.0, y)
    missing = missing.expand(x.shape)
    anything = torch.tensor([NAN, INF, -INF, 3e38, 0.5])[torch.arange(x.numel()) % 5].reshape(x.shape)
    x = torch.where(missing, anything, x)
    for reduction in REDUCTIONS:
        leaf = double(x).requires_grad_()
        operands = [None if t is None else double(t) for t in (w, p)]
        of = by_rows if loss == "multilabel_soft_margin_loss" else lambda *a, **o: elementwise(loss, *a, **o)
        out = of(leaf, double(y), ~missing, *operands, reduction=reduction, **options)
        out.sum().backward()
        grad = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
        assert not out.isnan().any() and (grad[missing] == 0).all()
        cases.append({"name": note or f"{loss} {list(x.shape)}", "loss": loss, "options": options,
                      "input": tensor(x), "target": tensor(y), "weight": None if w is None else tensor(w),
                      "pos_weight": None if p is None else tensor(p),
                      "ignore_index": None if ignore_index is None else "NaN" if ignore_index != ignore_index
                      else ignore_index, "reduction": reduction, "output": tensor(out, 12),
                      "grad": {"shape": list(x.shape), "data": Numbers(grad.numpy(), 10)}})


def hard(*shape):
    return (torch.rand(shape) < 0.4).float()


def soft(*shape):
    return short(torch.rand(*shape), 2)


def weights(*shape):
    return short(torch.rand(*shape) * 2 + 0.1, 3)


def probabilities(*shape):
    return short(torch.rand(*shape) * 0.98 + 0.01, 3)


MAIN = "multilabel_soft_margin_loss"
for shape in ([1], [3], [1, 1], [5, 3], [2, 16], [3, 17], [4, 33], [3, 3, 5], [2, 530]):
    case(MAIN, normal(*shape, scale=3), hard(*shape))
for ignore_index in (NAN, -100.0, 0.5, 255.0):
    case(MAIN, normal(5, 7), hard(5, 7), ignore_index=ignore_index)
case(MAIN, normal(4, 6), hard(4, 6), rate=1.1, note="all missing")
case(MAIN, normal(4, 6), soft(4, 6), ignore_index=-7.0, note="soft")
case(MAIN, normal(4, 6), hard(6), note="one row of targets for all")
for shape, of in ([5, 3], [3]), ([5, 3], [5, 3]), ([5, 3], [5, 1]), ([5, 3], [1]), ([3, 17], [1, 17]), ([2, 3, 5], [3, 1]):
    case(MAIN, normal(*shape), hard(*shape), weights(*of), note=f"weight {of} of {shape}")
    case(MAIN, normal(*shape), soft(*shape), None, weights(*of) * 5, note=f"pos_weight {of} of {shape}")
    case(MAIN, normal(*shape), hard(*shape), weights(*of), weights(*of) * 5, label_smoothing=0.1,
         note=f"all of {of} on {shape}")
for smoothing in (0.01, 0.3, 1.0):
    case(MAIN, normal(4, 9, scale=5), hard(4, 9), ignore_index=None, label_smoothing=smoothing, note="smoothed")
    case(MAIN, normal(4, 9), soft(4, 9), label_smoothing=smoothing, note="smoothed, some missing")
case(MAIN, normal(4, 9, scale=30), hard(4, 9), None, weights(9) * 20, ignore_index=None, note="pos_weight, large")

for loss in LOSSES:
    draw = probabilities if loss == "binary_cross_entropy" else lambda *shape: normal(*shape, scale=2)
    label = (lambda *shape: hard(*shape) * 2 - 1) if loss == "soft_margin_loss" else hard
    value = 0.0 if loss == "soft_margin_loss" else -1.0
    for shape in ([1], [3], [4], [5], [8], [17], [5, 3], [2, 3, 4]):
        case(loss, draw(*shape), label(*shape), ignore_index=value)
    case(loss, draw(9, 11), label(9, 11), ignore_index=NAN)
    case(loss, draw(3, 4), label(3, 4), ignore_index=value, rate=1.1, note=f"{loss}, all missing")
case("binary_cross_entropy_with_logits", normal(4, 5), hard(4, 5), weights(5), weights(5) * 3)
case("binary_cross_entropy_with_logits", normal(4, 5), soft(4, 5), weights(4, 1), weights(4, 5) * 3)
case("binary_cross_entropy", probabilities(4, 5), hard(4, 5), weights(5))
case("sigmoid_focal_loss", normal(4, 5), hard(4, 5), alpha=0.6, gamma=1.5)
case("asymmetric_loss", normal(4, 5), hard(4, 5), gamma_neg=2, gamma_pos=0, clip=0)

write({"cases": cases})
