"""softmargin on Apache Spark: the kernels where the rows are, with the bits that they have in JavaScript.

``score(df, model)`` adds probabilities and labels, ``metric_states(df, model)`` measures, ``loss_and_gradient(df, model)``
sums over all rows once, ``fit(df, model)`` trains. Executors need numpy, pandas, pyarrow, safetensors
and wasmtime; this package and the binary of the kernels go to them from the driver.
"""

from .fitting import Fitted, fit
from .passes import loss_and_gradient, metric_states
from .scoring import score

__all__ = ["Fitted", "fit", "loss_and_gradient", "metric_states", "score"]
