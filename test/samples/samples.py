"""Writes samples.json.gz: PyTorch's own test inputs (OpInfo) of all operations, with its results and gradients;
of each operation and dtype the first few small ones. With a path as argument, all of them, to that file.


{ torch, samples: [ { op, dtype, ways: [path], args: [value], kwargs: { name: value }, output: value, grads:
  [value or null],
in_place: { path: value or { error } }, slack? } ] }
A way is how torch spells the call: "torch.add", "torch.nn.functional.relu", "Tensor.add"; only ways that give
the same result are kept. Several results are a list.
A value is JSON's, or { tensor, shape, data, grad? }, { dtype }, { number: "inf" }. `grads` belong to the
tensors with `grad`, in order; they are
those of `output` for an upstream gradient of 1/4, 2/4, … 7/4, again and again, for each of several results.

`slack` is how far torch's own float32 is from its float64 where that is beyond rounding: sums that cancel.

JavaScript has one type of numbers, so a Python float without a fraction is passed as an int; creation
functions, which make float32 of any
number here, are asked for what they make of a float.
"""

import gzip
import json
import math
import pathlib
import sys
import warnings

import numpy
import torch
from torch.testing._internal.common_methods_invocations import op_db

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

SEED = 42

DTYPES = [torch.float32, torch.int64, torch.bool, torch.uint8]
REFUSALS = (RuntimeError, TypeError, ValueError, IndexError, NotImplementedError, AssertionError)
HELD = {torch.float32, torch.int64, torch.int32, torch.bool, torch.uint8}
MOST_ELEMENTS = 4096
# Of each operation and dtype in the repository.
MOST_SAMPLES, MOST_CHARACTERS = 16, 6000


class Unwritable(Exception):
    """What JSON, or this package, has no counterpart for."""


def number(x):
    if isinstance(x, float) and not math.isfinite(x):
        return {"number": str(x)}
    return int(x) if isinstance(x, float) and x.is_integer() else x


def values(x):
    flat = x.detach().contiguous().reshape(-1)
    if x.dtype.is_floating_point and x.dtype != torch.float64:
        return [number(float(str(v))) for v in flat.to(torch.float32).numpy().astype(numpy.float32)]
    return [number(v) for v in flat.tolist()]


def write(x):
    if isinstance(x, torch.Tensor):
        if x.is_complex() or x.layout != torch.strided or x.numel() > MOST_ELEMENTS:
            raise Unwritable
        written = {"tensor": str(x.dtype).removeprefix("torch."), "shape": list(x.shape), "data": values(x)}
        if x.requires_grad:
            written["grad"] = True
        return written
    if isinstance(x, (torch.Size, tuple, list)):
        return [write(v) for v in x]
    if isinstance(x, torch.dtype):
        return {"dtype": str(x).removeprefix("torch.")}
    if isinstance(x, torch.device) or x == "cpu":
        return "cpu"
    if x is None or isinstance(x, (bool, str)):
        return x
    if isinstance(x, (int, float)):
        return number(x)
    raise Unwritable


def spelt(x, creates):
    """As JavaScript can spell it."""
    if isinstance(x, torch.Tensor):
        return x.detach().clone().contiguous().requires_grad_(x.requires_grad)
    if isinstance(x, (torch.Size, tuple, list)):
        return type(x)(spelt(v, False) for v in x) if type(x) in (tuple, list) else x
    if isinstance(x, float) and x.is_integer() and not creates:
        return int(x)
    if creates and type(x) is int:
        return float(x)
    return x


def tensors(x):
    if isinstance(x, torch.Tensor):
        yield x
    elif isinstance(x, (tuple, list)):
        for v in x:
            yield from tensors(v)


def held(x):
    """Whether the tensor can be an input here: int32 stands for int64."""
    fits = x.dtype != torch.int64 or x.numel() == 0 or bool((x == x.int()).all())
    return x.dtype in HELD and fits


def ways_of(op):
    """All spellings of an operation that torch has."""
    names = [op.name, *(alias.name for alias in op.aliases)]
    if op.name == "slice":
        return ["torch.slice", "Tensor.slice"]
    ways = []
    for name in names:
        ways.append(f"torch.{name}")
        tail = name.removeprefix("nn.functional.")
        if "." not in tail:
            ways += [f"torch.{tail}", f"torch.nn.functional.{tail}", f"Tensor.{tail}"]
    return [way for way in dict.fromkeys(ways) if callable(function_of(way))]


def function_of(way):
    """The function of torch that a way names, or None."""
    if way.endswith(".slice"):
        return torch.ops.aten.slice.Tensor
    function = torch
    for name in way.removeprefix("torch.").split("."):
        function = getattr(function, name, None)
    return function


def run(way, args, kwargs):
    torch.manual_seed(SEED)
    return function_of(way)(*args, **kwargs)


def same(a, b):
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if not isinstance(a, torch.Tensor):
        return a == b
    return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and torch.equal(
        torch.nan_to_num(a), torch.nan_to_num(b))


def in_place(op, args, kwargs):
    variant = op.inplace_variant
    way = f"Tensor.{getattr(variant, '__name__', None)}"
    if not isinstance(args[0], torch.Tensor) or function_of(way) is None:
        return {}
    copies = [a.detach().clone() if isinstance(a, torch.Tensor) else a for a in args]
    try:
        return {way: write(run(way, copies, kwargs))}
    except REFUSALS as error:
        return {way: {"error": str(error).split("\n")[0][:120]}}


def differentiable(x):
    return [t for t in tensors(x) if t.requires_grad]


def sample_of(op, dtype, sample):
    name = op.name
    unstated = name in ("full", "arange") and sample.kwargs.get("dtype") is None
    args = [sample.input, *sample.args]
    # The last of full's arguments, and all of arange's, tell the type.
    args = [spelt(a, unstated and (name == "arange" or i == 1)) for i, a in enumerate(args)]
    kwargs = {k: spelt(v, unstated and k in ("start", "end", "step", "fill_value")) for k,
              v in sample.kwargs.items()}
    if not all(held(t) for v in [*args, *kwargs.values()] for t in tensors(v)):
        raise Unwritable
    written = {"op": name, "dtype": str(dtype).removeprefix("torch.")}
    written.update(args=[write(a) for a in args], kwargs={k: write(v) for k, v in kwargs.items()})
    written["in_place"] = in_place(op, args, kwargs)
    output, ways, found = None, [], []
    for way in ways_of(op):
        try:
            result = run(way, args, kwargs)
        except REFUSALS:
            continue
        if output is None:
            output = result
        if same(result, output):
            ways.append(way)
    if output is None and not written["in_place"]:
        raise Unwritable
    written["ways"] = ways
    written["output"] = None if output is None else write(output)
    leaves = [t for v in [*args, *kwargs.values()] for t in tensors(v) if t.requires_grad]
    written["grads"] = []
    results = differentiable(output)
    if results and leaves:
        upstreams = [((torch.arange(t.numel()) % 7 + 1) / 4).reshape(t.shape) for t in results]
        found = torch.autograd.grad(results, leaves, upstreams, allow_unused=True)
        written["grads"] = [None if g is None else write(g) for g in found]
    slack = slack_of(ways[0], args, kwargs, output, found, leaves) if ways and dtype == torch.float32 else 0
    if slack:
        written["slack"] = slack
    return written


def of_operation(op, dtype):
    """The samples of one operation, each as a line."""
    torch.manual_seed(0)
    numpy.random.seed(0)
    grads = dtype == torch.float32 and op.supports_autograd
    for sample in op.sample_inputs("cpu", dtype, requires_grad=grads):
        try:
            yield json.dumps(sample_of(op, dtype, sample), separators=(",", ":"))
        except (Unwritable, *REFUSALS):  # sparse, nested, and others that have no place here
            continue


def doubled(x):
    if isinstance(x, torch.Tensor) and x.dtype == torch.float32:
        return x.detach().double().requires_grad_(x.requires_grad)
    if isinstance(x, (tuple, list)) and not isinstance(x, torch.Size):
        return type(x)(doubled(v) for v in x)
    return x


def distance(a, b):
    """The greatest distance of float results; None if they are not comparable."""
    pairs = list(zip(tensors(a), tensors(b)))
    if any(x.shape != y.shape for x, y in pairs):
        return None
    gaps = [(x.detach().double() - y.detach().double()).abs() for x, y in pairs if x.is_floating_point()]
    finite = [torch.nan_to_num(gap, 0, 0, 0).max().item() for gap in gaps if gap.numel() > 0]
    return max(finite, default=0.0)


def slack_of(way, args, kwargs, output, grads, leaves):
    """How far float32 is from float64, or 0 where that is rounding, or something else than rounding."""
    own, named = [doubled(a) for a in args], {k: doubled(v) for k, v in kwargs.items()}
    try:
        result = run(way, own, named)
        exact = [t for v in [*own, *named.values()] for t in tensors(v) if t.requires_grad]
        results = differentiable(result)
        upstreams = [((torch.arange(t.numel()) % 7 + 1) / 4).double().reshape(t.shape) for t in results]
        found = torch.autograd.grad(results, exact, upstreams, allow_unused=True) if grads else []
        gaps = [distance(output, result)]
        gaps += [distance(g, e) for g, e in zip(grads, found) if g is not None and e is not None]
    except REFUSALS:
        return 0
    gap = max(gaps) if None not in gaps else 0
    return float(f"{gap:.1e}") if 2e-6 < gap < 1e-3 else 0


def main():
    whole = sys.argv[1] if len(sys.argv) > 1 else None
    written = {}
    for op in op_db:
        for dtype in DTYPES:
            if not op.supports_dtype(dtype, "cpu"):
                continue
            lines = [line for line in dict.fromkeys(of_operation(op, dtype)) if line not in written]
            if whole is None:
                lines = [line for line in lines if len(line) <= MOST_CHARACTERS][:MOST_SAMPLES]
            written.update(dict.fromkeys(lines))
    text = '{"torch":"%s","samples":[\n%s\n]}\n' % (torch.__version__, ",\n".join(written))
    path = pathlib.Path(whole or pathlib.Path(__file__).with_name("samples.json.gz"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(written), "samples,", len(text), "bytes,", path.stat().st_size, "compressed")


if __name__ == "__main__":
    main()
