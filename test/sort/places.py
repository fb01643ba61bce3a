"""Elements by their place in the order, extremes so far, and quantiles: ties, NaN and odd lengths."""

import torch

from writing import INF, NAN, OpTable, f32

torch.manual_seed(43)
table = OpTable()


def case(*args, **options):
    table.case(*args, digits=9, **options)


def distinct(*shape):
    x = f32(torch.randperm(torch.Size(shape).numel()).tolist())
    return x.reshape(shape) / 8 - 1


def few(*shape):
    return torch.randint(0, 5, shape) / 4 - 0.5


SPECIAL = f32([[3, NAN, INF, -INF], [1, 2, 2, 0], [NAN, NAN, NAN, NAN], [-0.0, 0, 1, -1]])


def values(name):
    return lambda x, **o: getattr(torch, name)(x, **o).values


def indices(name):
    return lambda x, **o: getattr(torch, name)(x, **o).indices.int()


for n in range(1, 18):
    for x, dim in [(distinct(2, n), 1), (distinct(n, 3), 0)]:
        for name, options in [("kthvalue", {"k": (n + 1) // 2}), ("median", {}), ("nanmedian", {}), ("mode", {})]:
            case(name, values(name), x, dim=dim, **options)
            case(f"indices of {name}", indices(name), x, dim=dim, **options)
    for name in ["cummax", "cummin"]:
        for x in [few(2, n), distinct(2, n)]:
            case(name, values(name), x, dim=1)
            case(f"indices of {name}", indices(name), x, dim=1)
    case("quantile", torch.quantile, distinct(n), q=0.3)
    if n <= 16:  # of longer lines PyTorch leaves the order of equal elements open
        case("mode", values("mode"), few(2, n), dim=1)
        case("indices of mode", indices("mode"), few(2, n), dim=1)
for name in ["median", "nanmedian", "cummax", "cummin"]:
    # Of nothing but NaN it is open which one is the median.
    x = SPECIAL[[0, 1, 3]] if name == "nanmedian" else SPECIAL
    case(name, values(name), x, note="special values", dim=1)
    case(name, values(name), x.T.contiguous(), note="special values", dim=0)
    case(name, values(name), f32(2.5), dim=0)
for name in ["cummax", "cummin"]:
    case(f"indices of {name}", indices(name), SPECIAL, note="special values", dim=1)
    case(f"indices of {name}", indices(name), few(5, 70), dim=0)
    case(name, values(name), few(0, 3), dim=1)
case("kthvalue", values("kthvalue"), distinct(2, 3, 4), k=2, dim=1, keepdim=True)
case("median", values("median"), distinct(3, 100), dim=1, keepdim=True)
for name, fn in {"quantile": torch.quantile, "nanquantile": torch.nanquantile}.items():
    for interpolation in ["linear", "lower", "higher", "midpoint", "nearest"]:
        case(name, fn, distinct(4, 5), q=0.4, dim=1, interpolation=interpolation)
        case(name, fn, f32([[3, NAN, 1, 4, 0], [1, 2, 2, 0, 5]]), note="NaN", q=0.4, dim=1, interpolation=interpolation)
    case(name, lambda x, q, **o: fn(x, q, **o), distinct(2, 3, 4), f32([0, 0.25, 1]), dim=1, keepdim=True)
    case(name, lambda x, q, **o: fn(x, q, **o), distinct(2, 3), f32([0.5, 0.75]))

table.write()
