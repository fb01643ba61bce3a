"""Writes samples.json.gz: PyTorch's own test inputs (OpInfo) of the operations that exist here, with its
results and gradients.


{ torch, samples: [ { op, dtype, ways: [path], args: [value], kwargs: { name: value }, output: value, grads:
  [value or null],
in_place: { path: value or { error } } } ] }
A way is how torch spells the call: "torch.add", "torch.nn.functional.relu", "Tensor.add"; only ways that give
torch's one result are kept; of values and indices those are the values.
A value is JSON's, or { tensor, shape, data, grad? }, { dtype }, { number: "inf" }. `grads` belong to the
tensors with `grad`, in order; they are
those of `output` for an upstream gradient of 1/4, 2/4, … 7/4, again and again.

JavaScript has one type of numbers, so a Python float without a fraction is passed as an int; creation
functions, which make float32 of any
number here, are asked for what they make of a float.
"""

import gzip
import json
import math
import pathlib
import warnings

import numpy
import torch
from torch.testing._internal.common_methods_invocations import op_db

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

# What exists here under torch's name.
ARITHMETIC = "add sub mul div eq ge gt le lt ne tanh abs clamp exp log neg pow sigmoid sqrt relu"
ARITHMETIC += " clone masked_fill where index_select"
SHAPES = "expand permute t transpose narrow select flatten reshape squeeze unsqueeze as_strided diagonal unflatten"
REDUCTIONS = "amax amin argmax argmin max min mean sum log_softmax softmax sort topk"
PRODUCTS = "conv2d dropout adaptive_avg_pool2d avg_pool2d max_pool2d batch_norm matmul"
CREATION = "arange eye full ones ones_like zeros zeros_like bernoulli normal rand_like randint randint_like randn randn_like"
FUNCTIONS = f"{ARITHMETIC} {SHAPES} {REDUCTIONS} {PRODUCTS} {CREATION} cat stack".split()
FUNCTIONAL = (
    "gelu leaky_relu silu tanh batch_norm binary_cross_entropy binary_cross_entropy_with_logits conv2d "
    "cross_entropy dropout logsigmoid sigmoid embedding embedding_bag layer_norm linear mse_loss "
    "multilabel_margin_loss multilabel_soft_margin_loss adaptive_avg_pool2d avg_pool2d max_pool2d relu log_softmax softmax"
).split()
METHODS = f"{ARITHMETIC} {SHAPES} {REDUCTIONS} matmul view to float unfold contiguous".split()
IN_PLACE = "add sub mul div masked_fill fill zero uniform".split()
SEED = 42

DTYPES = [torch.float32, torch.int64, torch.bool, torch.uint8]
HELD = {torch.float32, torch.int64, torch.int32, torch.bool, torch.uint8}
MOST_ELEMENTS = 4096


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


def ways_of(name):
    tail = name.removeprefix("nn.functional.")
    if name == "slice":
        return ["torch.slice", "Tensor.slice"]
    ways = []
    if tail in FUNCTIONS and hasattr(torch, tail):
        ways.append(f"torch.{tail}")
    if tail in FUNCTIONAL:
        ways.append(f"torch.nn.functional.{tail}")
    if tail in METHODS and hasattr(torch.Tensor, tail):
        ways.append(f"Tensor.{tail}")
    return ways


def function_of(way):
    if way.endswith(".slice"):
        return torch.ops.aten.slice.Tensor
    room, _, name = way.rpartition(".")
    return getattr({"torch": torch, "torch.nn.functional": torch.nn.functional, "Tensor": torch.Tensor}[room],
                   name)


def run(way, args, kwargs):
    torch.manual_seed(SEED)
    return function_of(way)(*args, **kwargs)


def same(a, b):
    return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and torch.equal(
        torch.nan_to_num(a), torch.nan_to_num(b))


def in_place(name, args, kwargs):
    tail = name.removeprefix("nn.functional.").removesuffix("_")
    if tail not in IN_PLACE or not isinstance(args[0], torch.Tensor):
        return {}
    way = f"Tensor.{tail}_"
    copies = [a.detach().clone() if isinstance(a, torch.Tensor) else a for a in args]
    try:
        return {way: write(run(way, copies, kwargs))}
    except (RuntimeError, TypeError, ValueError) as error:
        return {way: {"error": str(error).split("\n")[0][:120]}}


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
    written["in_place"] = in_place(name, args, kwargs)
    output, ways = None, []
    for way in ways_of(name):
        try:
            result = run(way, args, kwargs)
        except (RuntimeError, TypeError, ValueError, IndexError):
            continue
        if isinstance(result, tuple) and hasattr(result, "values"):
            result = result.values
        if not isinstance(result, torch.Tensor):
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
    if output is not None and output.requires_grad and leaves:
        upstream = ((torch.arange(output.numel()) % 7 + 1) / 4).reshape(output.shape)
        grads = torch.autograd.grad(output, leaves, upstream, allow_unused=True)
        written["grads"] = [None if g is None else write(g) for g in grads]
    return written


def main():
    written, seen = [], set()
    for op in op_db:
        tail = op.name.removeprefix("nn.functional.").removesuffix("_")
        if not ways_of(op.name) and tail not in IN_PLACE:
            continue
        for dtype in DTYPES:
            if not op.supports_dtype(dtype, "cpu"):
                continue
            torch.manual_seed(0)
            numpy.random.seed(0)
            grads = dtype == torch.float32 and op.supports_autograd
            for sample in op.sample_inputs("cpu", dtype, requires_grad=grads):
                try:
                    one = sample_of(op, dtype, sample)
                except Unwritable:
                    continue
                text = json.dumps(one, separators=(",", ":"))
                if text not in seen:
                    seen.add(text)
                    written.append(text)
    text = '{"torch":"%s","samples":[\n%s\n]}\n' % (torch.__version__, ",\n".join(written))
    path = pathlib.Path(__file__).with_name("samples.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(written), "samples,", len(text), "bytes,", path.stat().st_size, "compressed")


if __name__ == "__main__":
    main()
