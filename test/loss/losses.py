"""Writes losses.json: the losses of torch.nn.functional and torchvision.ops, and of the ASL paper, as they
are in float64.


{ torch, torchvision,
  ops: as OpTable writes it; the inputs are input, target and what the option `roles` names, options are the
  function's,
  exact: { x: [flat], y: [flat], losses: { name: [ { options, loss: [flat], gradient: [flat] } ] } } }
`exact` is the definition of each element's loss in 200 decimal digits, and its derivative by differences in
those,
at logits where float64 too loses digits.
"""

import itertools
import warnings

import mpmath
import torch
import torch.nn.functional as F
import torchvision
from mpmath import mp, mpf
from torchvision.ops import sigmoid_focal_loss

from writing import INF, NAN, Numbers, OpTable, eighths, f32, loud, normal, numbers, positive, short, write

mp.dps = 200
REDUCTIONS = ("none", "mean", "sum")
SHAPES = [[], [1], [3], [4], [5], [7], [8], [15], [16], [17], [2, 3], [3, 17], [2, 3, 4], [0, 3]]


def labels(*shape):
    return (torch.rand(shape) < 0.4).float()


def soft(*shape):
    return short(torch.rand(shape, dtype=torch.float64))


def probabilities(*shape):
    """Of [N, C], adding up to about 1."""
    return short(torch.randn(shape, dtype=torch.float64).softmax(1 if len(shape) > 1 else 0))


turn = itertools.cycle(REDUCTIONS)


def reductions(shape):
    """All of them where the shape is one that matters, else the next."""
    return REDUCTIONS if list(shape) in ([], [2, 3], [0, 3], [3, 17], [6, 5]) else [next(turn)]


def cases(table, name, fn, *inputs, roles=(), **options):
    """With gradients of input and target."""
    def run(x, y, *weights, roles, **options):
        y = y if y.is_floating_point() else y.to(x.dtype) if name not in INDICES else y
        return fn(x, y, **dict(zip(roles, (w.detach() for w in weights))), **options)

    for reduction in reductions(inputs[0].shape):
        table.case(name, run, *inputs, digits=10, roles=list(roles), reduction=reduction, **options)


INDICES = ("multilabel_margin_loss",)


def elementwise(table):
    for name, fn, make in [
        ("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits,
         lambda *s: normal(*s, scale=4)),
        ("binary_cross_entropy", F.binary_cross_entropy,
         lambda *s: short(torch.rand(s, dtype=torch.float64) * 0.98 + 0.01)),
        ("mse_loss", F.mse_loss, normal),
        ("sigmoid_focal_loss", focal, lambda *s: normal(*s, scale=4)),
        ("asymmetric_loss", asymmetric, lambda *s: normal(*s, scale=4)),
    ]:
        for shape in SHAPES:
            cases(table, name, fn, make(*shape), labels(*shape))
        cases(table, name, fn, make(2, 9), soft(2, 9))
        for dtype in (torch.uint8, torch.bool, torch.int32):
            cases(table, name, fn, make(3, 5), labels(3, 5).to(dtype))

    def weighted(name, fn, x, y, shapes, roles):
        cases(table, name, fn, x, y, *(positive(*shape) for shape in shapes), roles=roles)

    for name, fn, make in [("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, normal),
                           ("binary_cross_entropy", F.binary_cross_entropy,
                            lambda *s: soft(*s) * 0.98 + 0.01)]:
        for shape, weight in [([3, 5], [5]), ([3, 5], [3, 1]), ([3, 5], [3, 5]), ([3, 5], []), ([3, 5], [1]),
                              ([3, 5], [1, 5]), ([2, 3, 4], [3, 4]), ([2, 3, 4], [3, 1]),
                              ([2, 3, 4], [2, 1, 4]), ([7], [7]), ([0, 3], [3]), ([1, 530], [530])]:
            weighted(name, fn, short(make(*shape)), labels(*shape), [weight], ["weight"])
    for shape, weight in [([3, 5], [5]), ([3, 5], [3, 1]), ([3, 5], [3, 5]), ([3, 5], []),
                          ([2, 3, 4], [3, 1]), ([7], [1]), ([0, 3], [3])]:
        weighted("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits,
                 normal(*shape, scale=4), labels(*shape), [weight], ["pos_weight"])
    weighted("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, normal(3, 5, scale=4),
             soft(3, 5), [[5], [3, 5]], ["weight", "pos_weight"])
    weighted("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, normal(83, 7, scale=4),
             labels(83, 7), [[7], []], ["weight", "pos_weight"])

    ends = f32([0, 0, 1, 1, 1e-30, 1e-45, 1 - 2**-24, 1e-38, 1e-7])
    cases(table, "binary_cross_entropy", F.binary_cross_entropy, ends[:4], f32([0, 1, 0, 1]).byte())
    cases(table, "binary_cross_entropy", F.binary_cross_entropy, ends[6:], f32([0, 1, 1]).byte())

    for a, b in [([2, 3], [3]), ([3], [2, 3]), ([3, 1], [1, 4]), ([], [5]), ([2, 1, 3], [4, 1])]:
        cases(table, "mse_loss", F.mse_loss, eighths(*a), eighths(*b))
    for shape in ([4], [2, 3]):
        for reduction in REDUCTIONS:
            table.case("mse_loss", lambda x, y, w, roles,
                       reduction: F.mse_loss(x, y, weight=w, reduction=reduction),
                       normal(*shape), normal(*shape), positive(*shape), digits=10, roles=["weight"],
                       reduction=reduction)

    for alpha, gamma in [(0.25, 0), (0.25, 1), (-1, 2), (1, 3), (0, 2), (0.5, 0.5), (0.7, 1.5), (0.25, 2.5),
                         (0.1, 5)]:
        cases(table, "sigmoid_focal_loss", focal, normal(3, 7, scale=3), labels(3, 7), alpha=alpha,
              gamma=gamma)
    for gamma_neg, gamma_pos, clip in [(4, 0, 0.05), (4, 1, 0), (0, 0, 0), (0, 0, 0.05), (2, 2, 0.2),
                                       (1.5, 0.5, 0.1), (3, 0, None), (2.5, 1, 0.9)]:
        cases(table, "asymmetric_loss", asymmetric, normal(3, 7, scale=3), labels(3, 7), gamma_neg=gamma_neg,
              gamma_pos=gamma_pos, clip=clip)
    cases(table, "asymmetric_loss", asymmetric, normal(2, 9), soft(2, 9), gamma_neg=2, gamma_pos=1, clip=0.1)


def focal(x, y, **options):
    """With the target kept out of the graph: ours has no gradient for it."""
    return sigmoid_focal_loss(x, y.detach(), **options)


def asymmetric(x, y, gamma_neg=4, gamma_pos=1, clip=0.05, reduction="sum"):
    """Ridnik et al. 2021, equations 4 to 7, without an epsilon."""
    p = torch.sigmoid(x)
    shifted = (p - (clip or 0)).clamp(min=0)
    log_p, log_rest = F.logsigmoid(x), F.logsigmoid(-x) if not clip else torch.log1p(-shifted)
    losses = -y * (1 - p) ** gamma_pos * log_p - (1 - y) * shifted**gamma_neg * log_rest
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]


def indices(shape, classes):
    return torch.randint(0, classes, shape)


def rows(table):
    def margin_targets(*shape):
        target = torch.stack([torch.randperm(shape[-1])
                              for _ in range(max(1, torch.Size(shape[:-1]).numel()))])
        for row in target:
            row[torch.randint(0, shape[-1] + 1, ()):] = -1
        return target.reshape(shape) if torch.Size(shape).numel() else torch.empty(shape, dtype=torch.int64)

    for shape in [[1], [3], [4], [5], [8], [17], [1, 1], [2, 3], [3, 5], [4, 16], [2, 17], [3, 67]]:
        cases(table, "multilabel_margin_loss", F.multilabel_margin_loss, normal(*shape),
              margin_targets(*shape))
    repeated = torch.tensor([[3, 3, -1, 1], [-1, 0, 1, 2], [0, 1, 2, 3]])
    cases(table, "multilabel_margin_loss", F.multilabel_margin_loss, normal(3, 4), repeated)
    cases(table, "multilabel_margin_loss", F.multilabel_margin_loss, f32([[0.1, 0.2, 0.4, 0.8]]),
          torch.tensor([[3, 0, -1, 1]]))

    def cross(x, y, *weights, note=None, **options):
        roles = ["weight"] * len(weights)
        for reduction in reductions(x.shape):
            # Probabilities have a gradient for the weight too, class indices have not.
            keep = (lambda w: w) if y.is_floating_point() else (lambda w: w.detach())
            table.case("cross_entropy", lambda x, y, *w, roles,
                       **o: F.cross_entropy(x, y, weight=keep(w[0]) if w else None, **o),
                       x, y, *weights, note=note, digits=10, roles=roles, reduction=reduction, **options)

    for n, c in [(1, 1), (2, 3), (3, 4), (4, 5), (2, 7), (2, 8), (3, 15), (2, 16), (2, 17), (3, 67), (1, 300),
                 (0, 3)]:
        cross(normal(n, c, scale=3), indices((n,), c))
        if n:
            cross(normal(n, c, scale=3), probabilities(n, c))
    cross(normal(5), torch.tensor(3))
    cross(normal(5), probabilities(5))
    cross(normal(4, 3), indices((4,), 3).byte())
    cross(normal(2, 3, 4), indices((2, 4), 3))
    cross(normal(2, 3, 2, 3), indices((2, 2, 3), 3))
    cross(normal(2, 3, 1, 2, 2), indices((2, 1, 2, 2), 3), positive(3))
    cross(normal(2, 3, 4), probabilities(2, 3, 4), positive(3), label_smoothing=0.1)
    cross(normal(2, 3, 0), indices((2, 0), 3))
    for smoothing in (0.0, 0.1, 1.0):
        target = torch.tensor([1, -100, 0, 4, -100, 2])
        cross(normal(6, 5, scale=3), target, label_smoothing=smoothing)
        cross(normal(6, 5, scale=3), target, positive(5), label_smoothing=smoothing)
        cross(normal(3, 5, scale=3), probabilities(3, 5), positive(5), label_smoothing=smoothing)
    cross(normal(3, 4), torch.tensor([2, 0, 2]), ignore_index=2)
    cross(normal(3, 4), torch.tensor([255, 0, 3]).byte(), ignore_index=255)
    cross(normal(2, 3), torch.tensor([-100, -100]), note="all ignored")
    cross(normal(2, 3), torch.tensor([-100, -100]), note="all ignored", label_smoothing=0.1)
    cross(f32([[-INF, 1, 2], [0, -INF, -INF], [NAN, 0, 0], [1e4, -1e4, 0], [-1e4, 88, 104]]),
          torch.tensor([0, 0, 1, 0, 2]), note="special values")


# ---------------------------------------------------------------- exact


def sigma(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def exact_bce(x, y, pos_weight=1):
    return pos_weight * y * softplus(-x) + (1 - y) * softplus(x)


def exact_focal(x, y, alpha=0.25, gamma=2):
    alpha, gamma = mpf(alpha), mpf(gamma)
    weight = 1 if alpha < 0 else alpha * y + (1 - alpha) * (1 - y)
    return weight * (y * sigma(-x) + (1 - y) * sigma(x)) ** gamma * exact_bce(x, y)


def exact_asymmetric(x, y, gamma_neg=4, gamma_pos=1, clip=0.05):
    gamma_neg, gamma_pos, clip = mpf(gamma_neg), mpf(gamma_pos), mpf(clip)
    positive_loss = sigma(-x) ** gamma_pos * softplus(-x)
    if clip == 0:
        return y * positive_loss + (1 - y) * sigma(x) ** gamma_neg * softplus(x)
    shifted = sigma(x) - clip
    negative_loss = -(shifted**gamma_neg) * mp.log(sigma(-x) + clip) if shifted > 0 else 0
    return y * positive_loss + (1 - y) * negative_loss


def exact():
    logits = [0.0, 1e-8, 1e-3, 0.1, 0.5, 1.0, 1.7, 2.5, 2.944, 2.94444, 2.95, 3.0, 5.0, 9.0, 16.5, 17.5, 20.0,
              30.0, 43.0, 60.0, 80.0, 86.0, 88.0, 104.0, 1e3, 1e4]
    points = [p for x in logits for p in ((x, 0), (x, 1), (-x, 0), (-x, 1))] + [
        (x, 0.25) for x in (-30.0, -3.0, 0.5, 20.0)]
    x, y = (f32(values) for values in zip(*points))

    def table(fn, *grid):
        def differentiable(v, label, options):
            # The derivative from the left and from the right differ at the margin.
            return [fn(v, label, **options), mpmath.diff(lambda t: fn(t, label, **options), v)]
        for options in grid:
            pairs = [differentiable(mpf(a), mpf(b), options) for a, b in zip(x.tolist(), y.tolist())]
            loss, gradient = ([float(p) for p in part] for part in zip(*pairs))
            yield {"options": options, "loss": Numbers(loss, 12), "gradient": Numbers(gradient, 12)}

    return {"x": numbers(x), "y": numbers(y), "losses": {
        "binary_cross_entropy_with_logits": list(table(exact_bce, {}, {"pos_weight": 3})),
        "sigmoid_focal_loss": list(table(exact_focal, *({"alpha": a, "gamma": g} for a,
                                                        g in [(0.25, 2), (-1, 0), (0.5, 0.5), (0.75, 1.25),
                                                              (-1, 1), (0.25, 4.75)]))),
        "asymmetric_loss": list(table(exact_asymmetric, *({"gamma_neg": n, "gamma_pos": p, "clip": c} for n,
                                                          p,
                                                          c in [(4, 1, 0.05), (4, 0, 0), (0, 0, 0.05),
                                                                (2.5, 0.5, 0.05), (1, 2, 0), (4, 1, 0.5),
                                                                (0.25, 1.5, 0)]))),
    }}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(8)
    warnings.filterwarnings("ignore", "Using a target size")
    table = OpTable()
    elementwise(table)
    rows(table)
    table.write(torchvision=torchvision.__version__.split("+")[0], exact=exact())


main()
