use super::declare::{input, output};
use crate::kernels::elementwise::binary::{self, Binary, Broadcast};
use crate::kernels::elementwise::bitwise::{self as bits, Bitwise};
use crate::kernels::elementwise::function::{self as f, Function};
use crate::kernels::elementwise::integer::{self, Truths};
use crate::kernels::elementwise::integer_pair::{self as whole, IntegerPair};
use crate::kernels::elementwise::pair::{self as two, Everyday, Pair};
use crate::kernels::elementwise::{activation, check, convert, in_place, power, select, unary};
use crate::simd::{as_bytes, as_bytes_mut};
use crate::size::reach;

macro_rules! of_one {
    ($($kernels:ident { $($name:ident)* })*) => {
        bindings! {$($(
            fn $name(x: &[f32; length], out: &mut [f32; length], length: usize) {
                $kernels::$name(x, out)
            }
        )*)*}
    };
}

macro_rules! backward_of_one {
    ($($kernels:ident { $($name:ident)* })*) => {
        bindings! {$($(
            fn $name(
                upstream: &[f32; length],
                saved: &[f32; length],
                gradient: &mut [f32; length],
                length: usize,
            ) {
                $kernels::$name(upstream, saved, gradient)
            }
        )*)*}
    };
}

of_one! {
    unary { neg abs exp log sqrt relu sigmoid logsigmoid }
    activation { tanh silu gelu gelu_tanh }
}

backward_of_one! {
    unary { abs_backward sqrt_backward relu_backward sigmoid_backward logsigmoid_backward }
    activation { tanh_backward silu_backward gelu_backward gelu_tanh_backward }
}

bindings! {
    fn scale(x: &[f32; length], factor: f32, out: &mut [f32; length], length: usize) {
        unary::scale(x, factor, out)
    }

    fn pow(x: &[f32; length], exponent: f32, out: &mut [f32; length], length: usize) {
        power::pow(x, exponent, out)
    }

    fn pow_backward(
        upstream: &[f32; length],
        x: &[f32; length],
        exponent: f32,
        gradient: &mut [f32; length],
        length: usize,
    ) {
        power::pow_backward(upstream, x, exponent, gradient)
    }

    fn clamp(x: &[f32; length], low: f32, high: f32, out: &mut [f32; length], length: usize) {
        unary::clamp(x, low, high, out)
    }

    fn clamp_backward(
        upstream: &[f32; length],
        x: &[f32; length],
        low: f32,
        high: f32,
        gradient: &mut [f32; length],
        length: usize,
    ) {
        unary::clamp_backward(upstream, x, low, high, gradient)
    }

    fn leaky_relu(x: &[f32; length], slope: f32, out: &mut [f32; length], length: usize) {
        activation::leaky_relu(x, slope, out)
    }

    fn leaky_relu_backward(
        upstream: &[f32; length],
        x: &[f32; length],
        slope: f32,
        gradient: &mut [f32; length],
        length: usize,
    ) {
        activation::leaky_relu_backward(upstream, x, slope, gradient)
    }

    /// `into += x`.
    fn accumulate(into: &mut [f32; length], x: &[f32; length], length: usize) {
        in_place::accumulate(into, x)
    }

    fn relu_backward_in_place(upstream: &mut [f32; length], y: &[f32; length], length: usize) {
        in_place::relu_backward_in_place(upstream, y)
    }

    fn scale_in_place(x: &mut [f32; length], factor: f32, length: usize) {
        in_place::scale_in_place(x, factor)
    }

    fn add_scaled_in_place(into: &mut [f32; length], x: &[f32; length], factor: f32, length: usize) {
        in_place::add_scaled_in_place(into, x, factor)
    }

    fn mul_in_place(into: &mut [f32; length], x: &[f32; length], length: usize) {
        in_place::mul_in_place(into, x)
    }

    fn div_in_place(into: &mut [f32; length], x: &[f32; length], length: usize) {
        in_place::div_in_place(into, x)
    }

    fn shift_in_place(x: &mut [f32; length], addend: f32, length: usize) {
        in_place::shift_in_place(x, addend)
    }

    fn divide_in_place(x: &mut [f32; length], divisor: f32, length: usize) {
        in_place::divide_in_place(x, divisor)
    }

    fn fill(out: &mut [f32; length], value: f32, length: usize) {
        in_place::fill(out, value)
    }

    fn select(
        condition: &[u8; length],
        a: &[f32; length],
        b: &[f32; length],
        out: &mut [f32; length],
        length: usize,
    ) {
        select::select(condition, a, b, out)
    }

    fn select_backward(
        upstream: &[f32; length],
        condition: &[u8; length],
        wanted: bool,
        gradient: &mut [f32; length],
        length: usize,
    ) {
        select::select_backward(upstream, condition, wanted, gradient)
    }

    fn within_unit(x: &[f32; length], length: usize) -> bool {
        check::within_unit(x)
    }

    fn first_outside(indices: &[i32; length], length: usize, low: i32, high: i32, except: i32) -> usize {
        check::first_outside(indices, low, high, except)
    }
}

/// # Safety
/// That of the functions below.
// Not inlined, because ten functions share it.
#[inline(never)]
unsafe fn run(f: Binary, a: *const f32, b: *const f32, out: *mut f32, dims: Broadcast) {
    let [a_length, b_length] = operands(dims);
    // SAFETY: the function's contract.
    unsafe {
        let out = output(out, [dims.rows, dims.columns]);
        binary::binary(f, input(a, a_length), input(b, b_length), out, dims);
    }
}

/// The extents of both operands in elements.
fn operands(dims: Broadcast) -> [usize; 2] {
    let sizes = [dims.rows, dims.columns];
    [[dims.a_row_stride, dims.a_column_stride], [dims.b_row_stride, dims.b_column_stride]]
        .map(|strides| reach(sizes, strides))
}

macro_rules! binary {
    ($($name:ident => $variant:ident;)*) => {
        bindings! {$(
            fn $name(
                a: *const f32,
                b: *const f32,
                out: *mut f32,
                dims: Broadcast {
                    rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
                },
            ) {
                // SAFETY: the binding's contract.
                unsafe { run(Binary::$variant, a, b, out, dims) }
            }
        )*}
    };
}

binary! {
    add => Add;
    sub => Sub;
    mul => Mul;
    div => Div;
    gt => Greater;
    ge => GreaterEqual;
    lt => Less;
    le => LessEqual;
    eq => Equal;
    ne => NotEqual;
}

/// For each comparison, bits for the orderings of two numbers for which it is true.
#[allow(non_camel_case_types)]
#[wasm_bindgen::prelude::wasm_bindgen]
#[derive(Clone, Copy)]
pub enum OrderBit {
    less = 1,
    equal = 2,
    greater = 4,
}

fn compare(a: &[i32], b: &[i32], truths: u32, out: &mut [u8], dims: Broadcast) {
    let has = |bit: OrderBit| truths & bit as u32 != 0;
    let [less, equal, greater] = [OrderBit::less, OrderBit::equal, OrderBit::greater].map(has);
    integer::compare(a, b, Truths { less, equal, greater }, out, dims);
}

macro_rules! integer_pairs {
    ($($name:ident($($extra:ident: $type:ty)?) => $out:ty $(, $fits:ty)?: $kernel:expr;)*) => {
        bindings! {$(
            fn $name(
                a: &[i32; operands(dims)[0]],
                b: &[i32; operands(dims)[1]],
                $($extra: $type,)?
                out: &mut [$out; [rows, columns]],
                dims: Broadcast {
                    rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
                },
            ) $(-> $fits)? {
                $kernel(a, b, $($extra,)? out, dims)
            }
        )*}
    };
}

integer_pairs! {
    integer_add(alpha: i32) => i32, bool: integer::add;
    integer_mul() => i32, bool: integer::mul;
    integer_compare(truths: u32) => u8: compare;
}

bindings! {
    fn integer_abs(x: &[i32; length], out: &mut [i32; length], length: usize) -> bool {
        integer::abs(x, out)
    }

    fn integer_clamp(x: &[i32; length], low: i32, high: i32, out: &mut [i32; length], length: usize) {
        integer::clamp(x, low, high, out)
    }
}

codes! {
    FunctionCode => Function {
        floor => f::FLOOR,
        ceil => f::CEIL,
        trunc => f::TRUNC,
        round => f::ROUND,
        round_decimals => f::ROUND_DECIMALS,
        frac => f::FRAC,
        sign => f::SIGN,
        nan_to_num => f::NAN_TO_NUM,
        exp2 => f::EXP2,
        expm1 => f::EXPM1,
        log1p => f::LOG1P,
        log2 => f::LOG2,
        log10 => f::LOG10,
        sin => f::SIN,
        cos => f::COS,
        tan => f::TAN,
        asin => f::ASIN,
        acos => f::ACOS,
        atan => f::ATAN,
        sinh => f::SINH,
        cosh => f::COSH,
        asinh => f::ASINH,
        acosh => f::ACOSH,
        atanh => f::ATANH,
        sinc => f::SINC,
        erf => f::ERF,
        erfc => f::ERFC,
        erfcx => f::ERFCX,
        erfinv => f::ERFINV,
        ndtr => f::NDTR,
        ndtri => f::NDTRI,
        log_ndtr => f::LOG_NDTR,
        lgamma => f::LGAMMA,
        polygamma => f::POLYGAMMA,
        i0 => f::I0,
        i1 => f::I1,
        i0e => f::I0E,
        i1e => f::I1E,
        entr => f::ENTR,
        logit => f::LOGIT,
        elu => f::ELU,
        softplus => f::SOFTPLUS,
        mish => f::MISH,
        hardsigmoid => f::HARDSIGMOID,
        hardswish => f::HARDSWISH,
        hardtanh => f::HARDTANH,
        softshrink => f::SOFTSHRINK,
        hardshrink => f::HARDSHRINK,
        threshold => f::THRESHOLD,
    }
    /// What every app carries: what operators and everyday methods need.
    EverydayPairCode => Everyday {
        maximum => Everyday::Maximum,
        minimum => Everyday::Minimum,
        at_least => Everyday::AtLeast,
        at_most => Everyday::AtMost,
        floor_divide => Everyday::FloorDivide,
        trunc_divide => Everyday::TruncDivide,
        pow => Everyday::Pow,
        pow_base_slope => Everyday::PowBaseSlope,
    }
    PairCode => Pair {
        fmax => Pair::Fmax,
        fmin => Pair::Fmin,
        maximum_slope => Pair::MaximumSlope,
        minimum_slope => Pair::MinimumSlope,
        atan2 => Pair::Atan2,
        atan2_slope => Pair::Atan2Slope,
        hypot => Pair::Hypot,
        logaddexp => Pair::Logaddexp,
        logaddexp2 => Pair::Logaddexp2,
        xlogy => Pair::Xlogy,
        xlog1py => Pair::Xlog1py,
        fmod => Pair::Fmod,
        remainder => Pair::Remainder,
        copysign => Pair::Copysign,
        copysign_slope => Pair::CopysignSlope,
        nextafter => Pair::Nextafter,
        zeta => Pair::Zeta,
    }
    IntegerPairCode => IntegerPair {
        maximum => whole::MAXIMUM,
        minimum => whole::MINIMUM,
        fmod => whole::FMOD,
        remainder => whole::REMAINDER,
        floor_divide => whole::FLOOR_DIVIDE,
        trunc_divide => whole::TRUNC_DIVIDE,
        bitwise_left_shift => whole::BITWISE_LEFT_SHIFT,
        bitwise_right_shift => whole::BITWISE_RIGHT_SHIFT,
        gcd => whole::GCD,
        lcm => whole::LCM,
        pow => whole::POW,
    }
    BitwiseCode => Bitwise {
        and => Bitwise::And,
        or => Bitwise::Or,
        xor => Bitwise::Xor,
    }
}

bindings! {
    fn unary(
        f: code FunctionCode,
        x: &[f32; length],
        a: f64,
        b: f64,
        c: f64,
        out: &mut [f32; length],
        length: usize,
    ) {
        f::function(f, x, [a, b, c], out)
    }

    fn unary_backward(
        f: code FunctionCode,
        upstream: &[f32; length],
        saved: &[f32; length],
        a: f64,
        b: f64,
        c: f64,
        gradient: &mut [f32; length],
        length: usize,
    ) {
        f::function_backward(f, upstream, saved, [a, b, c], gradient)
    }

    fn everyday_pair(
        f: code EverydayPairCode,
        a: &[f32; operands(dims)[0]],
        b: &[f32; operands(dims)[1]],
        out: &mut [f32; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) {
        two::everyday_pair(f, a, b, out, dims)
    }

    fn pair(
        f: code PairCode,
        a: &[f32; operands(dims)[0]],
        b: &[f32; operands(dims)[1]],
        out: &mut [f32; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) {
        two::pair(f, a, b, out, dims)
    }

    /// Whether all results are defined and fit.
    fn integer_pair(
        f: code IntegerPairCode,
        a: &[i32; operands(dims)[0]],
        b: &[i32; operands(dims)[1]],
        out: &mut [i32; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) -> bool {
        whole::integer_pair(f, a, b, out, dims)
    }

    fn bitwise(
        f: code BitwiseCode,
        a: &[i32; operands(dims)[0]],
        b: &[i32; operands(dims)[1]],
        out: &mut [i32; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) {
        bits::bitwise(f, as_bytes(a), as_bytes(b), as_bytes_mut(out), size_of::<i32>(), dims)
    }

    fn bitwise_of_bytes(
        f: code BitwiseCode,
        a: &[u8; operands(dims)[0]],
        b: &[u8; operands(dims)[1]],
        out: &mut [u8; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) {
        bits::bitwise(f, a, b, out, 1, dims)
    }

    /// `a + weight (b - a)`, from the nearer end.
    fn lerp(
        a: &[f32; operands(dims)[0]],
        b: &[f32; operands(dims)[1]],
        weight: f32,
        out: &mut [f32; [rows, columns]],
        dims: Broadcast {
            rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride
        },
    ) {
        binary::lerp(a, b, weight, out, dims)
    }
}

macro_rules! conversion {
    ($($name:ident: $from:ty => $to:ty $(, $fits:ty)?;)*) => {
        bindings! {$(
            fn $name(x: &[$from; length], out: &mut [$to; length], length: usize) $(-> $fits)? {
                convert::$name(x, out)
            }
        )*}
    };
}

conversion! {
    u8_to_f32: u8 => f32;
    i32_to_f32: i32 => f32;
    f32_to_i32: f32 => i32, bool;
    u8_to_i32: u8 => i32;
    i32_to_u8: i32 => u8;
    i32_to_bool: i32 => u8;
    f32_to_u8: f32 => u8;
    f32_to_bool: f32 => u8;
    f16_to_f32: u16 => f32;
    bf16_to_f32: u16 => f32;
    f8_e4m3_to_f32: u8 => f32;
    f8_e5m2_to_f32: u8 => f32;
    f8_e4m3fnuz_to_f32: u8 => f32;
    f8_e5m2fnuz_to_f32: u8 => f32;
    f8_e8m0_to_f32: u8 => f32;
    f64_to_f32: f64 => f32;
    u8_to_bool: u8 => u8;
}

macro_rules! narrowing {
    ($($name:ident: $from:ty;)*) => {
        bindings! {$(
            /// Index of the first element that does not fit, or `length`.
            fn $name(x: &[$from; length], out: &mut [i32; length], length: usize) -> usize {
                convert::to_i32(x, out)
            }
        )*}
    };
}

narrowing! {
    i8_to_i32: i8;
    i16_to_i32: i16;
    u16_to_i32: u16;
    i64_to_i32: i64;
    u32_to_i32: u32;
    u64_to_i32: u64;
}
