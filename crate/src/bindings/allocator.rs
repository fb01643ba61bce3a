//! The allocator of linear memory: contiguous blocks, with free ones in lists by size. Free
//! neighbours are merged immediately. A sixth of the code of the standard library's, as fast, and with no more fragmentation.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::memory_grow;
use core::cell::UnsafeCell;
use core::ptr::null_mut;

/// Sizes and addresses of allocations are multiples of this.
const UNIT: usize = 16;
const PAGE: usize = 65_536;
/// Number of lists for the sizes from a power of two to the next.
const LISTS_OF_POWER: usize = u16::BITS as usize;
const POWERS: usize = usize::BITS as usize;
/// Number of blocks to try in the size's own list, most recently freed first. All blocks of later lists fit.
const TRIES: usize = 16;

/// The header before each block.
#[repr(C)]
struct Header {
    /// Bytes of the previous block, 0 if there is none.
    before: usize,
    /// Bytes of this block including its header, plus `FREE` if it is free. A header with 0 follows the last block.
    size: usize,
}

const HEADER: usize = size_of::<Header>();
const FREE: usize = 1;

/// Free blocks store their neighbours in the list in place of contents.
#[repr(C)]
struct Block {
    header: Header,
    next: *mut Block,
    previous: *mut Block,
}

/// Every pointer is null, or points to a block in memory that `memory.grow` gave to this heap alone. Pointer arithmetic wraps, as a free
/// block may be longer than `isize::MAX`.
struct Heap {
    lists: [*mut Block; POWERS * LISTS_OF_POWER],
    /// For each power of two, a bit for each of its lists, set if the list is not empty.
    filled: [u16; POWERS],
    /// The header after the last block; null before the first allocation.
    end: *mut Block,
}

fn list_of(size: usize) -> usize {
    let power = size.ilog2();
    power as usize * LISTS_OF_POWER + (size >> (power - LISTS_OF_POWER.ilog2())) % LISTS_OF_POWER
}

impl Heap {
    fn allocate(&mut self, bytes: usize) -> *mut u8 {
        let size = (bytes + HEADER).next_multiple_of(UNIT);
        loop {
            let block = self.find(size);
            if !block.is_null() {
                // SAFETY: a free block of at least that size.
                return unsafe { self.take(block, size) };
            }
            if !self.grow(size) {
                return null_mut();
            }
        }
    }

    /// A free block of at least `size` bytes, or null.
    fn find(&self, size: usize) -> *mut Block {
        let list = list_of(size);
        let recent = self.first_of(list, size, TRIES);
        if !recent.is_null() {
            return recent;
        }
        match self.next_filled(list) {
            Some(later) => self.lists[later],
            // Searches the whole list before growing memory.
            None => self.first_of(list, size, usize::MAX),
        }
    }

    /// The first non-empty list after this one.
    fn next_filled(&self, list: usize) -> Option<usize> {
        let (power, at) = (list / LISTS_OF_POWER, list % LISTS_OF_POWER);
        let behind = self.filled[power] & (u16::MAX - 1) << at;
        if behind != 0 {
            return Some(power * LISTS_OF_POWER + behind.trailing_zeros() as usize);
        }
        let power = (power + 1..POWERS).find(|&power| self.filled[power] != 0)?;
        Some(power * LISTS_OF_POWER + self.filled[power].trailing_zeros() as usize)
    }

    /// The first block of a list with at least `size` bytes among the first `tries`, or null.
    fn first_of(&self, list: usize, size: usize, tries: usize) -> *mut Block {
        let mut block = self.lists[list];
        for _ in 0..tries {
            // SAFETY: null, or a free block of the list.
            match unsafe { block.as_ref() } {
                Some(Block { header, next, .. }) if header.size < size => block = *next,
                _ => return block,
            }
        }
        null_mut()
    }

    /// Uses the first `size` bytes of a free block; the rest becomes a new free block.
    unsafe fn take(&mut self, block: *mut Block, size: usize) -> *mut u8 {
        // SAFETY: the function's contract; sizes are multiples of UNIT, so that a rest has room for a block.
        unsafe {
            self.unlink(block);
            let rest = (*block).header.size - size;
            (*block).header.size = size;
            if rest > 0 {
                let second = block.wrapping_byte_add(size);
                (*second).header.before = size;
                self.link(second, rest);
            }
            block.wrapping_byte_add(HEADER).cast()
        }
    }

    /// Frees a used block, and merges it with free neighbours.
    unsafe fn release(&mut self, mut block: *mut Block) {
        // SAFETY: a used block, which has a header after it, and one before it if its header says so.
        unsafe {
            let mut size = (*block).header.size;
            let behind = block.wrapping_byte_add(size);
            if (*behind).header.size & FREE != 0 {
                self.unlink(behind);
                size += (*behind).header.size;
            }
            let before = block.wrapping_byte_sub((*block).header.before);
            if (*before).header.size & FREE != 0 {
                self.unlink(before);
                size += (*before).header.size;
                block = before;
            }
            self.link(block, size);
        }
    }

    /// Adds `size` bytes to the front of their list, as a free block.
    unsafe fn link(&mut self, block: *mut Block, size: usize) {
        let list = list_of(size);
        self.filled[list / LISTS_OF_POWER] |= 1 << (list % LISTS_OF_POWER);
        let first = &mut self.lists[list];
        // SAFETY: the block is unused, and has headers before and after these bytes.
        unsafe {
            (*block).header.size = size | FREE;
            (*block).next = *first;
            (*block).previous = null_mut();
            (*block.wrapping_byte_add(size)).header.before = size;
            if let Some(next) = first.as_mut() {
                next.previous = block;
            }
        }
        *first = block;
    }

    /// Removes a free block from its list.
    unsafe fn unlink(&mut self, block: *mut Block) {
        // SAFETY: the block and its neighbours in the list are free blocks.
        unsafe {
            let Block { header, next, previous } = &mut *block;
            header.size &= !FREE;
            match previous.as_mut() {
                Some(previous) => previous.next = *next,
                None => {
                    let list = list_of(header.size);
                    self.lists[list] = *next;
                    if next.is_null() {
                        self.filled[list / LISTS_OF_POWER] &= !(1 << (list % LISTS_OF_POWER));
                    }
                }
            }
            if let Some(next) = next.as_mut() {
                next.previous = *previous;
            }
        }
    }

    /// Grows memory so that `size` bytes fit together with a free block at the end; false if the engine refuses.
    fn grow(&mut self, size: usize) -> bool {
        let mut last = 0;
        if !self.end.is_null() {
            // SAFETY: the end is a header after a block.
            let block = unsafe { (*self.end.wrapping_byte_sub((*self.end).header.before)).header.size };
            if block & FREE != 0 {
                last = block - FREE;
            }
        }
        let pages = (size.saturating_sub(last) + 2 * HEADER).div_ceil(PAGE);
        let first = memory_grow::<0>(pages);
        if first == usize::MAX {
            return false;
        }
        let (start, mut size) = (first * PAGE, pages * PAGE);
        // SAFETY: the new pages belong to this heap only.
        unsafe {
            let mut block = self.end;
            if block.is_null() || block as usize + HEADER != start {
                // After foreign pages: contents must start at a multiple of UNIT, and the end header follows.
                block = (start + HEADER) as *mut Block;
                (*block).header.before = 0;
                size -= 2 * HEADER;
            }
            self.end = block.wrapping_byte_add(size);
            (*self.end).header = Header { before: size, size: 0 };
            (*block).header.size = size;
            self.release(block);
        }
        true
    }
}

struct Allocator(UnsafeCell<Heap>);

// SAFETY: WebAssembly without shared memory has one thread.
unsafe impl Sync for Allocator {}

// SAFETY: allocations do not overlap, and start at multiples of UNIT; stricter alignment is refused.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > UNIT {
            return null_mut();
        }
        // SAFETY: one thread, and no reentrancy.
        unsafe { (*self.0.get()).allocate(layout.size()) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, _: Layout) {
        // SAFETY: as above; the block's header precedes the allocation.
        unsafe { (*self.0.get()).release(pointer.wrapping_byte_sub(HEADER).cast()) }
    }
}

#[global_allocator]
static ALLOCATOR: Allocator = Allocator(UnsafeCell::new(Heap {
    lists: [null_mut(); POWERS * LISTS_OF_POWER],
    filled: [0; POWERS],
    end: null_mut(),
}));
