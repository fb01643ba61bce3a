"""Variance, norms, products, and what is accumulated along dimensions, at odd lengths and of special values."""

import torch

from writing import INF, NAN, OpTable, eighths, f32, normal

torch.manual_seed(41)
table = OpTable()


def case(*args, **options):
    table.case(*args, digits=9, **options)


SPECIAL = f32([[1, NAN, 3], [INF, 2, INF], [INF, -INF, 0], [-INF, -INF, -INF], [0, 0, 0]])
LENGTHS = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17]

spread = {"std": torch.std, "var": torch.var}
for name, fn in spread.items():
    for n in LENGTHS[1:]:
        case(name, fn, normal(n))
        case(name, fn, normal(n, 3), dim=0)
    for options in [{"dim": [0, 2]}, {"dim": 1, "keepdim": True, "correction": 0}, {"correction": 2}, {"dim": -1, "unbiased": False}]:
        case(name, fn, normal(2, 3, 4), **options)
    case(name, fn, normal(2, 70), dim=1)
    case(name, fn, normal(5, 70), dim=0)
    case(name, fn, f32([[1e4 + x / 8 for x in range(40)]]), note="far from 0", dim=1)
    # The gradient of a deviation of 0 is 0.
    case(name, fn, f32([[2, 2, 2], [1, 2, 3]]), note="none", dim=1)
    case(name, fn, f32([1.5]), note="no freedom")
    case(name, fn, f32([1, 2, 3]), note="no freedom", correction=5)
    case(name, fn, normal(0))
    case(name, fn, normal(0, 2), dim=0)
    case(name, fn, SPECIAL, note="special values", dim=1)


def vector_norm(x, **options):
    return torch.linalg.vector_norm(x, **options)


for p in [2, 1, 0, INF, -INF, 3, 0.5, 1.5, -1]:
    for x in [eighths(5), eighths(2, 17), eighths(17, 3)]:
        case("vector_norm", vector_norm, x, ord=p, dim=-1)
    case("vector_norm", vector_norm, eighths(2, 3, 4), ord=p, dim=[0, 2], keepdim=True)
    case("vector_norm", vector_norm, eighths(), ord=p)
    if p > 0:
        case("vector_norm", vector_norm, f32([[3, 0, -3], [2, -4, 4]]), note="ties and 0", ord=p, dim=1)
    if p >= 1:
        case("vector_norm", vector_norm, f32([[0, 0, 0], [2, -4, 4]]), note="0", ord=p, dim=1)
case("vector_norm", vector_norm, f32([[NAN, 1], [INF, 2]]), note="special values", dim=1)
case("vector_norm", vector_norm, normal(0), ord=2)

for x in [normal(3), normal(2, 17), normal(17, 2), normal(1, 5), normal(600)]:
    case("prod", lambda x, **o: torch.prod(x, **o), x * 0.25 + 1, dim=0)
    case("prod", lambda x, **o: torch.prod(x, **o), x * 0.25 + 1)
for name, fn in {"prod": torch.prod, "cumprod": torch.cumprod}.items():
    case(name, fn, f32([[2, 0, 3], [0, 0, 3], [1, 2, 4], [0, 0, 0]]), note="0", dim=1)
    case(name, fn, f32([[2, 1], [0, 1], [3, 0]]), note="0", dim=0)
case("prod", torch.prod, normal(0))
case("prod", lambda x, **o: torch.prod(x, **o), normal(2, 0), dim=1, keepdim=True)

for name, fn in {"cumsum": torch.cumsum, "cumprod": torch.cumprod, "logcumsumexp": torch.logcumsumexp}.items():
    for n in LENGTHS:
        case(name, fn, normal(2, n), dim=1)
    for shape, dim in [((17, 3), 0), ((3, 70), 0), ((2, 3, 4), 1), ((), 0), ((0,), 0), ((2, 0), 0)]:
        case(name, fn, normal(*shape), dim=dim)
case("logcumsumexp", torch.logcumsumexp, f32([[-INF, 1, 2], [-300, 300, 0], [INF, 1, 2]]), note="far apart", dim=1, upstream=f32([0] * 9).reshape(3, 3))

for x, dim in [(normal(5), 0), (normal(2, 17), 1), (normal(17, 3), 0), (normal(3, 70), 0), (normal(2, 700) * 30, 1)]:
    case("logsumexp", torch.logsumexp, x, dim=dim)
case("logsumexp", torch.logsumexp, normal(2, 3, 4), dim=[0, 2], keepdim=True)
case("logsumexp", torch.logsumexp, normal(2, 0), dim=1)
for dim in (0, 1):
    x = f32([[1, NAN, 3], [INF, 2, INF], [INF, -INF, 0], [-1000, 1000, 2]])
    case("logsumexp", torch.logsumexp, x if dim else x.T.contiguous(), note="special values", dim=dim, upstream=f32([0, 0, 0, 1]))
    x = f32([[-INF, -INF], [-INF, NAN], [INF, NAN]])
    case("logsumexp", torch.logsumexp, x if dim else x.T.contiguous(), note="infinite", dim=dim, upstream=f32([0, 0, 0]))

for name, fn in {"nansum": torch.nansum, "nanmean": torch.nanmean}.items():
    case(name, fn, SPECIAL, dim=1, upstream=f32([1, 2, 3, 4, 5]))
    case(name, fn, f32([[NAN, NAN], [1, NAN]]), dim=1, upstream=f32([0, 1]))
case("svdvals", torch.linalg.svdvals, normal(4, 3))
case("svdvals", torch.linalg.svdvals, normal(2, 3, 5))
case("svdvals", torch.linalg.svdvals, normal(0, 3))
for n in [1, 4, 17]:
    case("svdvals", torch.linalg.svdvals, torch.diag(f32([x + 1 for x in range(n)])).contiguous())

table.write()
