"""How fixtures are written, and the inputs they are made from.

Conventions, in every file:
- `torch` is the version that made it.
- A tensor is `{ shape, dtype, data }`, data flat in row-major order.
- Float32 numbers have the digits that restore them when stored into a Float32Array.
  Float64 references have all 17 (gradients of the loss: 12, of its widest case 8); round them (Math.fround)
  before asking for equality.
- NaN and infinities are the strings "NaN", "Infinity", "-Infinity"; -0 is written as -0.0.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(sys.argv[0])  # the generator
ROOT = pathlib.Path(__file__).parents[2]
NAN, INF = math.nan, math.inf

torch.set_num_threads(1)


# ---------------------------------------------------------------- writing


class Numbers:
    """A flat array of numbers that is written in its own precision."""

    def __init__(self, array, digits=None):
        self.array, self.digits = np.asarray(array).reshape(-1), digits

    def __str__(self):
        return "[" + ",".join(map(self.number, self.array)) + "]"

    def number(self, x):
        if isinstance(x, (np.bool_, np.integer)):
            return str(int(x))
        if not np.isfinite(x):
            return '"NaN"' if np.isnan(x) else '"Infinity"' if x > 0 else '"-Infinity"'
        text = f"{float(x):.{self.digits}g}" if self.digits else str(x)
        return "-0.0" if text in ("-0", "-0.0") else text.removesuffix(".0").replace("e-0", "e-")


def dump(value):
    """Compact JSON, with Numbers."""
    if isinstance(value, Numbers):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, float):
        return Numbers([value]).number(np.float64(value))
    return json.dumps(value, ensure_ascii=False)


def write(content):
    """Writes the fixture beside the generator that is run; each case gets a line, so that diffs can be read."""
    def lines(value, depth):
        if depth and isinstance(value, dict) and value:
            body = ",\n".join(f"{json.dumps(k)}:{lines(v, depth - 1)}" for k, v in value.items())
            return "{\n" + body + "\n}"
        if isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
            return "[\n" + ",\n".join(map(dump, value)) + "\n]"
        return dump(value)

    text = lines({"torch": torch.__version__.split("+")[0], **content}, 2) + "\n"
    json.loads(text)
    HERE.with_suffix(".json").write_text(text)
    print(f"{len(text) / 1000:.1f} kB")


def tensor(t, digits=None):
    """{ shape, dtype, data } of a tensor; float64 references count as the float32 the user sees."""
    dtype = str(t.dtype).removeprefix("torch.").replace("float64", "float32")
    return {"shape": list(t.shape), "dtype": dtype, "data": Numbers(t.detach().numpy(), digits)}


def grad_of(t, digits=None):
    return None if t.grad is None else {"shape": list(t.grad.shape), "data": Numbers(t.grad.numpy(), digits)}


def numbers(t):
    return Numbers(t.detach().numpy())


# ---------------------------------------------------------------- inputs


def f32(values):
    return torch.tensor(values, dtype=torch.float32)


def short(t, digits=3):
    """Nearby float32 values with few decimal digits: full mantissas, small files."""
    flat = [float(f"{x:.{digits}g}") for x in t.reshape(-1).tolist()]
    return f32(flat).reshape(t.shape)


def normal(*shape, scale=1.0):
    return short(torch.randn(shape, dtype=torch.float64) * scale)


def positive(*shape):
    return short(normal(*shape).abs() + 0.125)


def eighths(*shape):
    """Multiples of 1/8, never 0: what is only moved or added stays exact and short."""
    values = torch.randint(1, 17, shape) * (torch.randint(0, 2, shape) * 2 - 1)
    return values.float() / 8


def double(t):
    return t.double() if t.dtype == torch.float32 else t.clone()


# ---------------------------------------------------------------- operations


def loud(n):
    """Upstream values of magnitude >= 1, so that an infinite gradient stays one."""
    return f32([[1.0, -2.0, 1.5][i % 3] for i in range(n)])


class OpTable:
    """Outputs of operations, and their gradients for a given upstream, in float64 from float32 inputs.

    { ops: { name: [ { note?, inputs: [tensor], options, output: tensor,
                       upstream: { shape, data } | null, grads: [ { shape, data } | null ] | null } ] } }
    """

    def __init__(self):
        self.table = {}

    def case(self, name, fn, *inputs, note=None, upstream=None, digits=None, **options):
        if upstream is None:
            upstream = eighths(*fn(*inputs, **options).shape)
        leaves, out = self.run(fn, torch.float64, inputs, options, upstream)
        self.check_against_float32(name, self.run(fn, torch.float32, inputs, options, upstream), leaves, out)
        differentiable = out.is_floating_point()
        self.table.setdefault(name, []).append({
            **({"note": note} if note else {}),
            "inputs": [tensor(t) for t in inputs],
            "options": {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()},
            "output": tensor(out, digits),
            "upstream": {"shape": list(upstream.shape), "data": numbers(upstream)} if differentiable
            else None,
            "grads": [grad_of(t, digits) for t in leaves] if differentiable else None,
        })

    @staticmethod
    def run(fn, dtype, inputs, options, upstream):
        leaves = [double(t).to(dtype) if t.is_floating_point() else t.clone() for t in inputs]
        for t in leaves:
            t.requires_grad_(t.is_floating_point())
        out = fn(*leaves, **options)
        if out.is_floating_point():
            out.backward(upstream.to(dtype))
        return leaves, out

    @staticmethod
    def check_against_float32(name, single, leaves, out):
        """float32 torch must agree, in kind too: no case hangs on float64's larger range."""
        pairs = [(single[1], out)] + [(a.grad, b.grad) for a, b in zip(single[0], leaves)
                                      if b.grad is not None]
        for a, b in pairs:
            torch.testing.assert_close(a.float(), b.float(), rtol=3e-5, atol=1e-5, equal_nan=True,
                                       msg=lambda m: f"{name}: {m}")

    def write(self, **more):
        write({"ops": self.table, **more})


# ---------------------------------------------------------------- errors


def failures(statements, scope):
    """The errors of Python statements that must fail."""
    def failure(name, python):
        try:
            exec(python, scope, {})
        except Exception as error:
            message = str(error.args[0] if isinstance(error, KeyError) else error)
            return {"name": name, "type": type(error).__name__, "message": message}
        raise AssertionError(f"{name}: no error from {python}")

    return [failure(*item) for item in statements.items()]
