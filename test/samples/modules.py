"""Writes modules.json.gz: PyTorch's own inputs of its layers and losses (ModuleInfo) and of its optimizers (OptimizerInfo), and what
it makes of them; of each the first few. With a path as argument, all of them, to that file.

{ torch, samples: [
  { module, training, constructor: call, forward: call, state: { name: value }, output, grads: [value or null],
    parameter_grads: { name: value or null }, slack? },
  { module, constructor: call, forward: call or null, error },
  { optimizer, options, start: [value], gradients: [[value]], steps: [[value]] },
  { optimizer, options, error } ] }

A call is { args, kwargs }; values, and the upstream gradient of `grads`, are those of samples.py. `steps` are the parameters after each
step from `start` with `gradients`; LBFGS, which asks for more than one gradient, minimises, or maximises, a quadratic with a single extremum.
`error` is PyTorch's sentence, thrown by the constructor where `forward` is null.
"""

import gzip
import json
import pathlib
import sys
import warnings

import torch
from samples import HELD, REFUSALS, SEED, Unwritable, differentiable, distance, doubled, spelt, tensors, write
from torch.testing._internal.common_modules import module_db
from torch.testing._internal.common_optimizers import OptimizerErrorEnum, optim_db

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

MOST_SAMPLES, MOST_CHARACTERS = 8, 12000
STEPS = 5


def call_of(inputs):
    if inputs is None:
        return None, (), {}
    given = [t for v in [*inputs.args, *inputs.kwargs.values()] for t in tensors(v)]
    if any(t.dtype not in HELD for t in given):
        raise Unwritable
    args = [spelt(a, False) for a in inputs.args]
    kwargs = {k: spelt(v, False) for k, v in inputs.kwargs.items()}
    return {"args": [write(a) for a in args], "kwargs": {k: write(v) for k, v in kwargs.items()}}, args, kwargs


def upstream_of(x):
    return ((torch.arange(x.numel()) % 7 + 1) / 4).reshape(x.shape)


def gradients_of(output, wanted):
    results = differentiable(output)
    if not results or not wanted:
        return []
    upstreams = [upstream_of(t).to(t.dtype) for t in results]
    return torch.autograd.grad(results, wanted, upstreams, allow_unused=True)


def run(module, positional, named):
    """Results and gradients: of the tensors among the arguments, then of the parameters."""
    torch.manual_seed(SEED)
    output = module(*positional, **named)
    leaves = [t for v in [*positional, *named.values()] for t in tensors(v) if t.requires_grad]
    return output, gradients_of(output, [*leaves, *module.parameters()]), len(leaves)


def slack_of(module, positional, named, output, found):
    """How far torch's float32 is from its float64."""
    result, exact, _ = run(module.double(), [doubled(a) for a in positional], {k: doubled(v) for k, v in named.items()})
    gaps = [distance(output, result)]
    gaps += [distance(g, e) for g, e in zip(found, exact) if g is not None and e is not None]
    return float(f"{max(gaps):.1e}") if None not in gaps and 2e-6 < max(gaps) < 1e-3 else 0


def sample_of(name, cls, training, inputs):
    constructor, args, kwargs = call_of(inputs.constructor_input)
    forward, positional, named = call_of(inputs.forward_input)
    module = cls(*args, **kwargs)
    module.train(training)
    if any(isinstance(p, torch.nn.parameter.UninitializedParameter) for p in module.parameters()):
        module(*positional, **named)
    state = {k: v.clone() for k, v in module.state_dict().items()}
    output, found, leaves = run(module, positional, named)
    written = [None if g is None else write(g) for g in found]
    sample = {
        "module": name, "training": training, "constructor": constructor, "forward": forward,
        "state": {k: write(v) for k, v in state.items()}, "output": write(output), "grads": written[:leaves],
        "parameter_grads": dict(zip(dict(module.named_parameters()), written[leaves:])),
    }
    module.load_state_dict(state)
    slack = slack_of(module, positional, named, output, found)
    return {**sample, "slack": slack} if slack else sample


def error_of(name, error):
    constructor, args, kwargs = call_of(error.module_error_input.constructor_input)
    forward = None
    inputs = error.module_error_input.forward_input
    try:
        module = torch.nn.__dict__[name](*args, **kwargs)
        forward, positional, named = call_of(inputs)
        if inputs is None:
            raise Unwritable
        module(*positional, **named)
    except REFUSALS as thrown:
        sentence = str(thrown).split("\n")[0][:200]
        return {"module": name, "constructor": constructor, "forward": forward, "error": sentence}
    raise Unwritable


def of_module(info):
    """Of a layer, each as a line."""
    name = info.name.removeprefix("nn.")
    for training in (True, False) if info.train_and_eval_differ else (True,):
        torch.manual_seed(0)
        given = dict(device="cpu", dtype=torch.float32, requires_grad=True, training=training)
        for inputs in info.module_inputs_func(info, **given):
            try:
                yield json.dumps(sample_of(name, info.module_cls, training, inputs), separators=(",", ":"))
            except (Unwritable, *REFUSALS):
                continue
    if info.module_error_inputs_func is None:
        return
    for error in info.module_error_inputs_func(info, **given):
        try:
            yield json.dumps(error_of(name, error), separators=(",", ":"))
        except Unwritable:
            continue


def options_of(kwargs):
    return {k: write(spelt(v, False)) for k, v in kwargs.items()}


def steps_of(cls, kwargs):
    generator = torch.Generator().manual_seed(SEED)
    start = [torch.randn(shape, generator=generator) for shape in ([3, 5], [4], [])]
    gradients = [[torch.randn(p.shape, generator=generator) for p in start] for _ in range(STEPS)]
    parameters = [p.clone().requires_grad_() for p in start]
    optimizer = cls(parameters, **kwargs)
    steps = []

    def closure():
        optimizer.zero_grad()
        loss = sum((p - 1).square().sum() for p in parameters) / (-2 if kwargs.get("maximize") else 2)
        loss.backward()
        return loss

    for given in gradients:
        if cls is torch.optim.LBFGS:
            optimizer.step(closure)
        else:
            for parameter, gradient in zip(parameters, given):
                parameter.grad = gradient.clone()
            optimizer.step()
        steps.append([write(p.detach()) for p in parameters])
    return {
        "optimizer": cls.__name__, "options": options_of(kwargs), "start": [write(p) for p in start],
        "gradients": [[write(g) for g in given] for given in gradients], "steps": steps,
    }


def of_optimizer(info):
    """Of an optimizer, each as a line."""
    for inputs in info.optim_inputs_func(device="cpu"):
        kwargs = {k: v for k, v in inputs.kwargs.items() if k not in ("foreach", "fused", "capturable")}
        try:
            yield json.dumps(steps_of(info.optim_cls, kwargs), separators=(",", ":"))
        except (Unwritable, *REFUSALS):
            continue
    for error in info.optim_error_inputs_func("cpu", torch.float32):
        given = error.optimizer_error_input
        try:
            if error.error_on is OptimizerErrorEnum.STEP_ERROR or isinstance(given.params, torch.Tensor):
                continue
            sentence = error.error_regex[:200]
            line = {"optimizer": info.optim_cls.__name__, "options": options_of(given.kwargs), "error": sentence}
            # What is wrong is in the options if others are accepted.
            info.optim_cls([torch.zeros(1, requires_grad=True)], **given.kwargs)
        except Unwritable:
            continue
        except REFUSALS:
            yield json.dumps(line, separators=(",", ":"))


def main():
    whole = sys.argv[1] if len(sys.argv) > 1 else None
    written = {}
    for of, infos in ((of_module, module_db), (of_optimizer, optim_db)):
        for info in infos:
            lines = [line for line in dict.fromkeys(of(info)) if line not in written]
            if whole is None:
                lines = [line for line in lines if len(line) <= MOST_CHARACTERS]
                samples = [line for line in lines if '"error":' not in line]
                # Some at the beginning, some of the end: losses list their reductions there.
                step = max(1, len(samples) // MOST_SAMPLES)
                lines = [*samples[::step], *(line for line in lines if '"error":' in line)]
            written.update(dict.fromkeys(lines))
    text = '{"torch":"%s","samples":[\n%s\n]}\n' % (torch.__version__, ",\n".join(written))
    path = pathlib.Path(whole or pathlib.Path(__file__).with_name("modules.json.gz"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(written), "samples,", len(text), "bytes,", path.stat().st_size, "compressed")


if __name__ == "__main__":
    main()
