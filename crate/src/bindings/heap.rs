extern crate alloc;

use alloc::alloc::{alloc, dealloc};
use core::alloc::Layout;
use wasm_bindgen::prelude::wasm_bindgen;

/// Alignment of every allocation: one vector.
const ALIGNMENT: usize = 16;

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes.max(ALIGNMENT), ALIGNMENT).ok()
}

/// Uninitialised bytes, or null when memory cannot grow.
#[wasm_bindgen]
pub fn allocate(bytes: usize) -> *mut u8 {
    match layout(bytes) {
        // SAFETY: the layout's size is not zero.
        Some(layout) => unsafe { alloc(layout) },
        None => std::ptr::null_mut(),
    }
}

/// # Safety
/// `pointer` is from [`allocate`] with the same `bytes`, and is not used again.
#[wasm_bindgen]
pub unsafe fn free(pointer: *mut u8, bytes: usize) {
    if let Some(layout) = layout(bytes) {
        // SAFETY: the function's contract.
        unsafe { dealloc(pointer, layout) }
    }
}
