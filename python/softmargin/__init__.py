"""softmargin in Python: the kernels of the npm package, run by wasmtime, with the bits that they have in JavaScript.

``softmargin.wasm`` calls kernels, ``softmargin.model`` scores with a saved model, ``softmargin.training`` and ``optim`` train one,
``softmargin.metrics`` measures, and ``softmargin.spark`` does these on DataFrames.
"""
