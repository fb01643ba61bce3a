"""Writes in_place.json: random programs of views and changes in place, and what a real PyTorch makes of them.


{ torch, programs: [ { steps: [ { op, at: [registers], index?, value?, error? } ], backward_error, passes,
  values: [flat], grads: [flat or null], hooks: { step: [flat] } } ] }
Registers hold tensors: 0 and 1 are leaves [3, 4] that require grad, 2 is [3, 4] without, 3 a leaf [4] that
requires grad, 4 is [4] without.
Each step appends a register, unless it fails, changes one in place, or asks for gradients: `hook` notes them
(by the number of its step),
`hook_twice` gives twice as much back too. At the end the sum of all registers of which the index, plus one,
is the weight goes backward, `passes`
times; `grads` are those of all registers. Numbers are float32; errors are the first words of torch's
sentence.
"""

import json
import pathlib
import random
import warnings

import torch

warnings.filterwarnings("ignore", "The .grad attribute of a Tensor that is not a leaf")
torch.set_num_threads(1)
SHAPES = [[3, 4], [3, 4], [3, 4], [4], [4]]
REQUIRES = [True, True, False, True, False]


def start():
    return [((torch.arange(1, 1 + n) * 7 + 3 * i) % 11 / 8).reshape(shape).clone().requires_grad_(grad)
            for i, (shape, grad) in enumerate(zip(SHAPES, REQUIRES)) for n in [torch.Size(shape).numel()]]


def row(x, index):
    return x[index]


def assign(x, index, value):
    x[index] = value


def without_grad(change):
    def run(*args):
        with torch.no_grad():
            return change(*args)
    return run


MAKE = {
    "add": lambda a, b: a + b, "mul": lambda a, b: a * b, "sigmoid": lambda a: torch.sigmoid(a),
    "clone": lambda a: a.clone(),
    "neg": lambda a: -a, "sub": lambda a, b: a - b, "div": lambda a, b: a / (b.detach() ** 2 + 1),
    "mul_number": lambda a, value: a * value,
    "detach": lambda a: a.detach(), "row": row, "rows": lambda a, index: a[index:index + 2],
    "flat": lambda a: a.reshape(-1),
}
CHANGE = {
    "assign": assign, "assign_number": assign, "add_": lambda a, b: a.add_(b), "mul_": lambda a, b: a.mul_(b),
    "sub_": lambda a, b: a.sub_(b), "mul_number_": lambda a, value: a.mul_(value), "copy_": lambda a,
    b: a.copy_(b), "fill_": lambda a, value: a.fill_(value), "assign_no_grad": without_grad(assign),
    "zero_": lambda a: a.zero_(),
}


ASK = ["retain_grad", "hook", "hook_twice"]


def storage(t):
    return t.untyped_storage().data_ptr()


def choose(rng, tensors):
    """A step whose shapes fit."""
    op = rng.choice(list(MAKE) + list(CHANGE) * 2 + ASK * 2)
    if op in ASK:
        return {"op": op, "at": [rng.choice([i for i, t in enumerate(tensors) if t.requires_grad])]}
    matrices = [i for i, t in enumerate(tensors) if t.dim() == 2]
    rows = [i for i, t in enumerate(tensors) if t.shape == (4,)]
    a = rng.choice(range(len(tensors)))
    if op in ("row", "rows", "assign", "assign_number", "assign_no_grad"):
        a = rng.choice(matrices)
    size = tensors[a].shape[0]
    step = {"op": op, "at": [a]}
    if op == "rows":
        step["index"] = rng.randrange(max(1, size - 1))
    elif op in ("row", "assign", "assign_number", "assign_no_grad"):
        step["index"] = rng.randrange(-size, size)
    if op in ("add", "mul", "sub", "div", "add_", "mul_", "sub_", "copy_"):
        # x.mul_(x) works here, and is an error in torch.
        apart = [i for i, t in enumerate(tensors) if op in MAKE or storage(t) != storage(tensors[a])]
        fitting = [i for i in apart if tensors[i].shape in (tensors[a].shape, (4,))]
        if tensors[a].shape[-1] != 4:
            fitting = [i for i in fitting if tensors[i].shape == tensors[a].shape]
        step["at"].append(rng.choice(fitting or [a]))
    elif op in ("assign", "assign_no_grad"):
        step["at"].append(rng.choice(rows))
    if op in ("assign_number", "fill_", "mul_number", "mul_number_"):
        step["value"] = rng.choice([0.5, -1.25, 2.0])
    return step


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
    if step["op"] in ASK:
        args[0].retain_grad() if step["op"] == "retain_grad" else args[0].register_hook(
            noting(log, 2 if step["op"] == "hook_twice" else 1))
        return None
    if step["op"] in MAKE:
        return MAKE[step["op"]](*args, *([step[key] for key in ("index", "value") if key in step]))
    extra = [step[key] for key in ("index", "value") if key in step]
    CHANGE[step["op"]](args[0], *extra, *args[1:])
    return None


def words(error):
    return " ".join(str(error).split()[:12])


def program(seed):
    rng, tensors, steps, hooks, asked = random.Random(seed), start(), [], {}, False
    for _ in range(rng.randrange(3, 16)):
        step = choose(rng, tensors)
        # torch gives a view a new node after any change of its base, ours after a recorded one: hooks stay
        # with the old node.
        asked = asked or (step["op"] in ASK and tensors[step["at"][0]]._is_view())
        if asked and step["op"] == "assign_no_grad":
            continue
        try:
            log = hooks.setdefault(len(steps), []) if step["op"].startswith("hook") else None
            made = perform(step, tensors, log)
            if made is not None:
                tensors.append(made)
        except RuntimeError as error:
            # Ours copies first where the two overlap.
            if "unsupported operation" in str(error):
                continue
            step["error"] = words(error)
        steps.append(step)
    failure, passes = None, rng.choice([1, 2])
    tracked = [t.requires_grad for t in tensors]
    try:
        total = sum((t * (i + 1)).sum() for i, t in enumerate(tensors))
        for number in range(passes):
            total.backward(retain_graph=number + 1 < passes)
    except RuntimeError as error:
        failure = words(error)
    grads = None if failure else [None if t.grad is None else t.grad.reshape(-1).tolist() for t in tensors]
    return {"steps": steps, "backward_error": failure, "passes": passes, "tracked": tracked,
            "values": [t.detach().reshape(-1).tolist() for t in tensors], "grads": grads, "hooks": None
            if failure else hooks}


def main():
    programs = [program(seed) for seed in range(500)]
    usable = [p for p in programs if all(abs(x) < 1e6 for values in p["values"] for x in values)]
    lines = ",\n".join(json.dumps(p, separators=(",", ":")) for p in usable)
    path = pathlib.Path(__file__).parent / "in_place.json"
    path.write_text(f'{{"torch":"{torch.__version__.split("+")[0]}","programs":[\n{lines}\n]}}\n')
    failures = sum(p["backward_error"] is not None for p in usable)
    errors = {step["error"] for p in usable for step in p["steps"] if "error" in step}
    print(
        f"{len(usable)} programs, {failures} fail in backward; {path.stat().st_size / 1000:.0f} kB; {errors}")


main()
