"""Optimizers of one vector of parameters, with torch's semantics: Adam and AdamW by the kernel that JavaScript uses."""

from __future__ import annotations

import math

import numpy as np

from .lbfgs import LBFGS
from .wasm import Kernels

__all__ = ["Adam", "AdamW", "LBFGS", "optimizer"]


class Adam:
    """torch.optim.Adam. ``step(flat, evaluate)`` gives the next parameters and the loss at those before."""

    decoupled = False

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False):
        for name, value in [("lr", lr), ("eps", eps), ("weight_decay", weight_decay)]:
            if not (isinstance(value, (int, float)) and value >= 0):
                raise ValueError(f"{type(self).__name__}: {name} must be at least 0, but got {value!r}")
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"{type(self).__name__}: betas must be two numbers from 0 to below 1, but got {betas!r}")
        self.lr, self.betas, self.eps, self.weight_decay, self.amsgrad = lr, betas, eps, weight_decay, amsgrad
        self.steps, self.moments, self.converged = 0, None, False

    def step(self, k: Kernels, flat: np.ndarray, evaluate) -> tuple[np.ndarray, float]:
        loss, gradient = evaluate(flat)
        names = ["m", "v"] + (["v_max"] if self.amsgrad else [])
        if self.moments is None:
            self.moments = {name: np.zeros(flat.size, "f4") for name in names}
        self.steps += 1
        (beta1, beta2), lr, decay = self.betas, self.lr, self.weight_decay
        correction1, correction2 = 1 - beta1**self.steps, math.sqrt(1 - beta2**self.steps)
        arrays = {name: k.array(self.moments[name]) for name in names}
        parameter = k.array(flat.astype("f4"))
        k.call(
            "adam",
            parameter=parameter,
            gradient=k.array(gradient.astype("f4")),
            **arrays,
            length=flat.size,
            step_size=lr * correction2 / correction1,
            beta1=beta1,
            beta2=beta2,
            eps=self.eps * correction2,
            weight_decay=0 if self.decoupled else decay,
            decay_factor=1 - lr * decay if self.decoupled else 1,
        )
        self.moments = {name: array.numpy() for name, array in arrays.items()}
        return parameter.numpy(), loss

    def state(self) -> dict[str, np.ndarray]:
        """What continues the same steps elsewhere."""
        return {"steps": np.int64(self.steps)} | (self.moments or {})

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        self.steps = int(state["steps"])
        moments = {name: np.array(value, "f4") for name, value in state.items() if name != "steps"}
        self.moments = moments or None


class AdamW(Adam):
    """torch.optim.AdamW."""

    decoupled = True

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False):
        super().__init__(lr, betas, eps, weight_decay, amsgrad)


_BY_NAME = {"adam": Adam, "adamw": AdamW, "lbfgs": LBFGS}


def optimizer(given, **options):
    """One by its name in lower case, or one itself."""
    if isinstance(given, str):
        if given not in _BY_NAME:
            raise ValueError(f"optimizer must be one of {', '.join(_BY_NAME)}, but got {given!r}")
        if given == "lbfgs":
            options = {"line_search_fn": "strong_wolfe"} | options
        return _BY_NAME[given](**options)
    if not hasattr(given, "step") or not hasattr(given, "load_state"):
        raise TypeError(f"optimizer must be a name or an optimizer of softmargin.optim, but got {type(given).__name__}")
    if options:
        raise TypeError(f"an optimizer that is given has its options already, but got {sorted(options)[0]} too")
    return given
