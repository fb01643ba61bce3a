//! The macros that declare bindings: a signature of slices and plain numbers, and a body that calls the kernel.
//!
//! | parameter | JavaScript passes | the body gets |
//! |---|---|---|
//! | `x: &[f32; n]` or `&mut` | a pointer | a slice of `n` elements, or of the product of `[n, m]` |
//! | `x: Option<&[f32; n]>` or `&mut` | a pointer or null | the slice, or none |
//! | `dims: Axis { outer, axis, inner }` | these sizes, one by one | the struct |
//! | `dims: memory Conv2d` | a pointer to a struct declared by `dims!` | the struct, by value |
//! | `reduction: code ReductionCode` | a number | the variant; followed by `(x)` for the variant's fields |
//! | `scale: f32`, or any other | the same | the same |

use crate::size;

/// The length of a slice: a number of elements, or sizes whose product it is.
pub(super) trait Length {
    fn elements(self) -> usize;
}

impl Length for usize {
    fn elements(self) -> usize {
        self
    }
}

impl<const N: usize> Length for [usize; N] {
    /// Traps if linear memory could not hold them.
    // Not inlined: short, but used for nearly every slice.
    #[inline(never)]
    fn elements(self) -> usize {
        match size::elements(self) {
            usize::MAX => panic!("a slice of more elements than linear memory has bytes"),
            elements => elements,
        }
    }
}

/// # Safety
/// The contract of [`super`].
pub(super) unsafe fn input<'a, T>(pointer: *const T, length: impl Length) -> &'a [T] {
    // SAFETY: the function's contract.
    unsafe { std::slice::from_raw_parts(pointer, length.elements()) }
}

/// # Safety
/// The contract of [`super`].
pub(super) unsafe fn output<'a, T>(pointer: *mut T, length: impl Length) -> &'a mut [T] {
    // SAFETY: the function's contract.
    unsafe { std::slice::from_raw_parts_mut(pointer, length.elements()) }
}

/// None for null.
///
/// # Safety
/// The contract of [`super`].
pub(super) unsafe fn input_or_none<'a, T>(pointer: *const T, length: impl Length) -> Option<&'a [T]> {
    // SAFETY: the function's contract.
    (!pointer.is_null()).then(|| unsafe { input(pointer, length) })
}

/// None for null.
///
/// # Safety
/// The contract of [`super`].
pub(super) unsafe fn output_or_none<'a, T>(pointer: *mut T, length: impl Length) -> Option<&'a mut [T]> {
    // SAFETY: the function's contract.
    (!pointer.is_null()).then(|| unsafe { output(pointer, length) })
}

/// The bytes of a text of `N` bytes.
#[cfg(target_arch = "wasm32")]
pub(super) const fn bytes<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(text.as_bytes());
    bytes
}

/// Writes a declaration as it stands, behind its module, into the section `declarations` of the module: the build makes the contract of the
/// binary and docs/abi.md of it.
macro_rules! write_down {
    ($($declaration:tt)*) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            const TEXT: &str = concat!(module_path!(), " ", stringify!($($declaration)*), "\n\n");
            // Used by the build alone.
            #[allow(dead_code)]
            #[link_section = "declarations"]
            static DECLARATION: [u8; TEXT.len()] = $crate::bindings::declare::bytes(TEXT);
        };
    };
}

/// The name of a type, then its size and its alignment in bytes.
#[cfg(target_arch = "wasm32")]
pub(super) const fn layout<T, const N: usize>(name: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let (text, numbers) = bytes.split_at_mut(name.len());
    text.copy_from_slice(name.as_bytes());
    numbers.copy_from_slice(&[size_of::<T>() as u8, align_of::<T>() as u8]);
    bytes
}

/// Writes the size of an array's elements into the section `elements`.
macro_rules! write_down_element {
    ($t:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            const NAME: &str = concat!(stringify!($t), "\n");
            // Used by the build alone.
            #[allow(dead_code)]
            #[link_section = "elements"]
            static LAYOUT: [u8; NAME.len() + 2] =
                $crate::bindings::declare::layout::<$t, { NAME.len() + 2 }>(NAME);
        };
    };
}

/// Declares bindings, each as `fn name(parameters) -> result { body }`.
macro_rules! bindings {
    ($($(#[$attribute:meta])* fn $name:ident($($parameters:tt)*) $(-> $result:ty)? $body:block)*) => {$(
        write_down! { $(#[$attribute])* fn $name($($parameters)*) $(-> $result)? }
        binding! { [$(#[$attribute])*] $name [$(-> $result)?] $body () {} {} $($parameters)* }
    )*};
}

/// One binding: processes its parameters one by one, and collects the arguments from JavaScript, the structs and variants made
/// from them (first, because lengths may depend on them), and the slices.
macro_rules! binding {
    ([$($attribute:tt)*] $name:ident [$($result:tt)*] $body:block ($($raw:tt)*) { $($first:tt)* } { $($slices:tt)* }) => {
        $($attribute)*
        ///
        /// # Safety
        /// The contract of [`super`].
        #[wasm_bindgen::prelude::wasm_bindgen]
        pub unsafe fn $name($($raw)*) $($result)* {
            $($first)*
            $($slices)*
            $body
        }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) $first:tt { $($slices:tt)* } $p:ident: &[$t:ty; $length:expr] $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: *const $t,) $first { $($slices)*
            write_down_element! { $t }
            // SAFETY: the binding's contract.
            let $p = unsafe { $crate::bindings::declare::input($p, $length) };
        } $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) $first:tt { $($slices:tt)* } $p:ident: &mut [$t:ty; $length:expr] $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: *mut $t,) $first { $($slices)*
            write_down_element! { $t }
            // SAFETY: the binding's contract.
            let $p = unsafe { $crate::bindings::declare::output($p, $length) };
        } $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) $first:tt { $($slices:tt)* } $p:ident: Option<&[$t:ty; $length:expr]> $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: *const $t,) $first { $($slices)*
            write_down_element! { $t }
            // SAFETY: the binding's contract.
            let $p = unsafe { $crate::bindings::declare::input_or_none($p, $length) };
        } $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) $first:tt { $($slices:tt)* } $p:ident: Option<&mut [$t:ty; $length:expr]> $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: *mut $t,) $first { $($slices)*
            write_down_element! { $t }
            // SAFETY: the binding's contract.
            let $p = unsafe { $crate::bindings::declare::output_or_none($p, $length) };
        } $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) { $($first:tt)* } $slices:tt $p:ident: memory $dims:ident $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: *const u32,) { $($first)*
            // SAFETY: the binding's contract.
            let $p = unsafe { *$p.cast::<$dims>() };
        } $slices $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) { $($first:tt)* } $slices:tt $p:ident: code $code:ident $(($($held:ident),+))? $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: u32,) { $($first)*
            let $p = $code::read($p $(, $($held),+)?);
        } $slices $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) { $($first:tt)* } $slices:tt $p:ident: $dims:ident { $($size:ident),+ } $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $($size: usize,)+) { $($first)*
            let $p = $dims { $($size),+ };
        } $slices $($($rest)*)? }
    };
    ($a:tt $n:ident $r:tt $b:block ($($raw:tt)*) $first:tt $slices:tt $p:ident: $t:ty $(, $($rest:tt)*)?) => {
        binding! { $a $n $r $b ($($raw)* $p: $t,) $first $slices $($($rest)*)? }
    };
}

/// Declares the numeric codes of a kernel's variants. The build passes their names to TypeScript, which maps its options to
/// codes.
macro_rules! codes {
    ($($(#[$attribute:meta])* $name:ident $(($($held:ident: $t:ty),+))? => $kernel:ty { $($code:ident => $variant:expr,)+ })*) => {$(
        write_down! { $(#[$attribute])* enum $name { $($code,)+ } }

        $(#[$attribute])*
        #[allow(non_camel_case_types)]
        #[wasm_bindgen::prelude::wasm_bindgen]
        #[derive(Clone, Copy)]
        pub enum $name { $($code),+ }

        impl $name {
            /// The variant; traps for an unknown code.
            pub(super) fn read(code: u32 $($(, $held: $t)+)?) -> $kernel {
                match code {
                    $(code if code == $name::$code as u32 => $variant,)+
                    _ => panic!("{code} is no {}", stringify!($name)),
                }
            }
        }
    )*};
}

/// Declares a struct of sizes in linear memory, with a number or a pair for each name. The build passes the names to
/// TypeScript, in order.
macro_rules! dims {
    ($($(#[$attribute:meta])* $name:ident as $order:ident { $($size:ident: $t:ty,)+ })*) => {$(
        write_down! { $(#[$attribute])* struct $name { $($size: $t,)+ } }

        $(#[$attribute])*
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub(super) struct $name { $(pub $size: $t),+ }

        #[allow(non_camel_case_types)]
        #[wasm_bindgen::prelude::wasm_bindgen]
        #[derive(Clone, Copy)]
        pub enum $order { $($size),+ }
    )*};
}
