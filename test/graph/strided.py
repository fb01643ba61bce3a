"""Writes strided.json.gz: random programs of strided views, views of views and changes in place, and what a real
PyTorch makes of them.

{ torch, programs: [ { steps: [ { op, at: [registers], args?, value?, error? } ], backward_error, passes, tracked,
  values: [flat], grads: [flat or null], hooks: { step: [flat] } } ] }
Registers and the end of a program are those of in_place.py. The op `view` calls the method `call` with `args`.
torch keeps the strides of operands in results, this package does not: results are made contiguous here.
"""

import gzip
import json
import pathlib
import random
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
SHAPES = [[3, 4], [3, 4], [3, 4], [4], [4]]
REQUIRES = [True, True, False, True, False]
MOST = 48


def start():
    return [((torch.arange(1, 1 + n) * 7 + 3 * i) % 11 / 8).reshape(shape).clone().requires_grad_(grad)
            for i, (shape, grad) in enumerate(zip(SHAPES, REQUIRES)) for n in [torch.Size(shape).numel()]]


def plain(x):
    return x if x.is_contiguous() else x.contiguous()


def without_grad(change):
    def run(*args):
        with torch.no_grad():
            return change(*args)
    return run


MAKE = {
    "add": lambda a, b: plain(a + b), "mul": lambda a, b: plain(a * b), "sub": lambda a, b: plain(a - b),
    "div": lambda a, b: plain(a / (b.detach() ** 2 + 1)), "mul_number": lambda a, value: plain(a * value),
    # Its result is saved.
    "sigmoid": lambda a: torch.sigmoid(plain(a)), "neg": lambda a: plain(-a),
    "clone": lambda a: a.clone(memory_format=torch.contiguous_format), "detach": lambda a: a.detach(),
}
CHANGE = {
    "add_": lambda a, b: a.add_(b), "mul_": lambda a, b: a.mul_(b), "sub_": lambda a, b: a.sub_(b),
    "copy_": lambda a, b: a.copy_(b), "mul_number_": lambda a, value: a.mul_(value),
    "fill_": lambda a, value: a.fill_(value), "zero_": lambda a: a.zero_(),
    "copy_no_grad": without_grad(lambda a, b: a.copy_(b)),
}
ASK = ["retain_grad", "hook", "hook_twice"]
METHODS = {"slice": torch.ops.aten.slice.Tensor}


def storage(t):
    return t.untyped_storage().data_ptr()


def reaches_twice(t):
    """Whether an element may be that of two indices: what a change of it does is not defined."""
    last = 0
    for stride, size in sorted((st, n) for st, n in zip(t.stride(), t.shape) if n > 1):
        if stride <= last:
            return t.numel() > 0
        last += (size - 1) * stride
    return False


def view(rng, t):
    """A call of a view of t; now and then one that is refused."""
    rank = t.dim()
    wild = rng.random() < 0.03
    dim = rng.randrange(-max(rank, 1), max(rank, 1)) + (5 if wild else 0)
    size = t.shape[dim] if rank > 0 and not wild else 1
    order = rng.sample(range(rank), rank)
    names = ["t", "transpose", "permute", "unsqueeze", "expand", "view", "reshape", "as_strided",
             "contiguous", "squeeze"]
    if rank > 0:
        names += ["select", "slice", "narrow", "unfold"] * 2 + ["unflatten"]
    if rank > 1:
        names += ["diagonal", "transpose", "t", "permute"] * 2
    name = rng.choice(names)
    start = rng.randrange(0, size + 1)
    divisors = [n for n in range(1, 13) if t.numel() % n == 0]
    first = rng.choice(divisors)
    args = {
        "t": [], "contiguous": [], "transpose": [dim, rng.randrange(-max(rank, 1), max(rank, 1))],
        "permute": [order], "unsqueeze": [rng.randrange(-rank - 1, rank + 1)], "squeeze": [dim],
        "expand": [[rng.choice([1, 2])]
                   + [2 if n == 1 and rng.random() < 0.5 else rng.choice([n, -1]) for n in t.shape]],
        "view": [rng.choice([[-1], [first, -1], [-1, first], list(t.shape) + [1], [5, 5] if wild else [t.numel()]])],
        "reshape": [rng.choice([[-1], [first, -1], [-1, first], [1] + list(t.shape)])],
        "unflatten": [dim, rng.choice([[-1, 1], [1, -1], [2, -1]])],
        "select": [dim, rng.randrange(-size, size) if size > 0 else 0],
        "slice": [dim, start, rng.randrange(start, size + 1), rng.choice([1, 1, 2, 3])],
        "narrow": [dim, start, rng.randrange(0, size - start + 1)],
        "unfold": [dim, rng.randrange(1, size + 1) if size > 0 else 0, rng.choice([1, 1, 2])],
        "diagonal": [rng.randrange(-2, 3), *(rng.sample(range(rank), 2) if rank > 1 else [0, 1])],
        "as_strided": [*rng.choice([[[2, 2], [1, 3]], [[3], [2]], [[2, 3], [3, 1]], [[3, 2], [1, 1]],
                                    [[2, 2], [0, 1]]]),
                       rng.choice([0, 0, 1, 2, 20 if wild else 1])],
    }[name]
    return name, args


def choose(rng, tensors):
    """A step whose shapes fit."""
    op = rng.choice(["view"] * 14 + list(MAKE) + list(CHANGE) * 2 + ASK * 2)
    if op in ASK:
        return {"op": op, "at": [rng.choice([i for i, t in enumerate(tensors) if t.requires_grad])]}
    views = [i for i in range(len(tensors)) if tensors[i]._is_view()]
    a = rng.choice(views if views and rng.random() < 0.5 else range(len(tensors)))
    step = {"op": op, "at": [a]}
    if op == "view":
        step["call"], step["args"] = view(rng, tensors[a])
    if op in ("add", "mul", "sub", "div", "add_", "mul_", "sub_", "copy_", "copy_no_grad"):
        # Where both overlap, ours copies first; of what else is theirs `x.mul_(x)` is an error in torch.
        apart = [i for i, t in enumerate(tensors) if op in MAKE or storage(t) != storage(tensors[a])]
        fitting = [i for i in apart if fits(tensors[a].shape, tensors[i].shape, op in MAKE)]
        if not fitting:
            return None
        step["at"].append(rng.choice(fitting))
    if op in ("fill_", "mul_number", "mul_number_"):
        step["value"] = rng.choice([0.5, -1.25, 2.0])
    if op in CHANGE and op not in ("fill_", "zero_") and reaches_twice(tensors[a]) and 0 not in tensors[a].stride():
        return None
    return step


def fits(a, b, both):
    try:
        shape = torch.broadcast_shapes(a, b)
    except RuntimeError:
        return False
    return shape.numel() <= MOST if both else shape == a


def noting(log, factor):
    def hook(grad):
        log.append(grad.reshape(-1).tolist())
        return grad * factor if factor != 1 else None
    return hook


def perform(step, tensors, log):
    # A view learns of its base's new history only when it is asked for it.
    for t in tensors:
        t.grad_fn
    args = [tensors[i] for i in step["at"]]
    if step["op"] == "retain_grad":
        return args[0].retain_grad()
    if step["op"] in ASK:
        args[0].register_hook(noting(log, 2 if step["op"] == "hook_twice" else 1))
        return None
    if step["op"] == "view":
        method = METHODS.get(step["call"]) or getattr(torch.Tensor, step["call"])
        return method(args[0], *step["args"])
    extra = [step["value"]] if "value" in step else []
    if step["op"] in MAKE:
        return MAKE[step["op"]](*args, *extra)
    CHANGE[step["op"]](*args, *extra)
    return None


def words(error):
    return " ".join(str(error).split()[:12])


def rounded(numbers):
    return [float(f"{x:.7g}") for x in numbers]


def program(seed):
    rng, tensors, steps, hooks, asked, changed = random.Random(seed), start(), [], {}, False, False
    for _ in range(rng.randrange(5, 20)):
        step = choose(rng, tensors)
        if step is None:
            continue
        # torch gives a view a new node after any change of its base, ours after a recorded one: hooks stay with
        # the old node. So a program has hooks of views, or changes without history.
        asks = step["op"] in ASK and tensors[step["at"][0]]._is_view()
        if (asked and step["op"] == "copy_no_grad") or (changed and asks):
            continue
        asked, changed = asked or asks, changed or step["op"] == "copy_no_grad"
        try:
            log = hooks.setdefault(len(steps), []) if step["op"].startswith("hook") else None
            made = perform(step, tensors, log)
            if made is not None:
                if made.numel() > MOST or made.dim() > 5:
                    continue
                tensors.append(made)
        except (RuntimeError, IndexError) as error:
            step["error"] = words(error)
        steps.append(step)
    failure, passes = None, rng.choice([1, 1, 2])
    tracked = [t.requires_grad for t in tensors]
    try:
        total = sum((t * (i + 1)).sum() for i, t in enumerate(tensors))
        for number in range(passes):
            total.backward(retain_graph=number + 1 < passes)
    except RuntimeError as error:
        failure = words(error)
    grads = [None if t.grad is None else rounded(t.grad.reshape(-1).tolist()) for t in tensors]
    return {"steps": steps, "backward_error": failure, "passes": passes, "tracked": tracked,
            "values": [rounded(t.detach().reshape(-1).tolist()) for t in tensors],
            "grads": None if failure else grads,
            "hooks": None if failure else {step: [rounded(seen) for seen in log] for step, log in hooks.items()}}


def main():
    programs, seed = [], 0
    while len(programs) < 1000:
        made = program(seed)
        seed += 1
        if all(abs(x) < 1e5 for values in made["values"] for x in values):
            programs.append(made)
    text = json.dumps({"torch": torch.__version__.split("+")[0], "programs": programs}, separators=(",", ":"))
    path = pathlib.Path(__file__).parent / "strided.json.gz"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    failures = sum(p["backward_error"] is not None for p in programs)
    errors = sorted({step["error"] for p in programs for step in p["steps"] if "error" in step})
    print(f"{failures} fail in backward; {path.stat().st_size / 1000:.0f} kB;", *errors, sep="\n")


main()
