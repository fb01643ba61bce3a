"""Gradients as integers: the same bits for any partitioning and order of rows.

Each row's own numbers do not depend on other rows; only sums over rows do. Here their factors are fixed-point numbers, cut
into digits of 8 bits: a product of digits summed over 1024 rows is at most 2^24, so a float32 product of matrices of digits is
exact, and int64 sums of it are too (after Ozaki et al. 2012). The place of the point comes from the largest factor of all
rows, which is exact in any order too: a first pass over the rows finds it.
"""

from __future__ import annotations

import numpy as np

from .wasm import Kernels

DIGIT_BITS, DIGITS, ROWS = 8, 3, 1024
#: Bits of a number that is summed by itself; up to 2^32 rows then fit an int64.
BITS = 30


def exponents(maxima: np.ndarray) -> np.ndarray:
    """For each maximum the least e with maximum <= 2^e."""
    if not np.isfinite(maxima).all():
        raise ValueError("the loss or its gradient is not finite: a row has NaN or too large numbers, or the steps are too long")
    fraction, exponent = np.frexp(maxima)
    return np.where(fraction == 0.5, exponent - 1, exponent)


def fixed_sum(values: np.ndarray, exponent: int) -> np.ndarray:
    """Sums over rows, as int64 in units of 2^(exponent - BITS)."""
    return np.rint(np.ldexp(values.astype("f8"), int(BITS - exponent))).astype("i8").sum(0)


def fixed_value(sums: np.ndarray, exponent: int) -> np.ndarray:
    return np.ldexp(sums.astype("f8"), int(exponent - BITS))


def product_sums(k: Kernels, a: np.ndarray, b: np.ndarray, exponent_a: int, exponent_b: int) -> np.ndarray:
    """``aᵀ b`` over rows, as int64 [DIGITS, columns of a, columns of b]: level i in units of 2^(exponents - 14 - 8 i)."""
    n, m = a.shape[1], b.shape[1]
    sums = np.zeros((DIGITS, n, m), "i8")
    out = k.empty((n, m))
    for at in range(0, len(a), ROWS):
        left = [k.array(digit) for digit in _digits(a[at : at + ROWS], exponent_a)]
        right = [k.array(digit) for digit in _digits(b[at : at + ROWS], exponent_b)]
        rows = min(ROWS, len(a) - at)
        for i in range(DIGITS):
            for j in range(DIGITS - i):
                given = {"a": left[i], "b": right[j], "out": out, "workspace": k.workspace()}
                k.call("gemm", **given, threads=1, m=n, n=m, k=rows, a_transposed=True)
                sums[i + j] += out.view().astype("i8")
    return sums


def product_value(sums: np.ndarray, exponent_a: int, exponent_b: int) -> np.ndarray:
    total = np.zeros(sums.shape[1:])
    for level in reversed(range(DIGITS)):
        total += np.ldexp(sums[level].astype("f8"), int(exponent_a + exponent_b - 2 * (DIGIT_BITS - 1) - DIGIT_BITS * level))
    return total


def _digits(values: np.ndarray, exponent: int) -> list[np.ndarray]:
    """Whole numbers of at most 2^7 with values ~ sum digits[i] 2^(exponent - 7 - 8 i)."""
    left = np.rint(np.ldexp(values.astype("f8"), int(DIGIT_BITS * DIGITS - 1 - exponent)))
    digits = []
    for i in reversed(range(DIGITS)):
        top = np.rint(left / 2.0 ** (DIGIT_BITS * i))
        left = left - top * 2.0 ** (DIGIT_BITS * i)
        digits.append(top.astype("f4"))
    return digits
