//! The panic handler: it traps. JavaScript checks all arguments, and formatting messages would take
//! 10 kB. A debug build stores the message for `ts/kernels/debug_seam.ts`.

#[cfg(not(debug_assertions))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(debug_assertions)]
mod message {
    use core::cell::UnsafeCell;
    use core::fmt::Write;
    use core::panic::PanicInfo;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Longer messages are truncated.
    const CAPACITY: usize = 1024;

    struct Message {
        bytes: [u8; CAPACITY],
        length: usize,
    }

    struct Shared(UnsafeCell<Message>);

    // SAFETY: WebAssembly without shared memory has one thread.
    unsafe impl Sync for Shared {}

    static MESSAGE: Shared = Shared(UnsafeCell::new(Message { bytes: [0; CAPACITY], length: 0 }));

    impl Write for Message {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            for (to, &byte) in self.bytes[self.length..].iter_mut().zip(text.as_bytes()) {
                *to = byte;
                self.length = self.length.saturating_add(1);
            }
            Ok(())
        }
    }

    #[panic_handler]
    fn panic(info: &PanicInfo) -> ! {
        // SAFETY: one thread, and nothing else holds the message.
        let message = unsafe { &mut *MESSAGE.0.get() };
        message.length = 0;
        // Truncates what does not fit.
        let _ = write!(message, "{info}");
        core::arch::wasm32::unreachable()
    }

    /// Address of the message of the last panic, in UTF-8.
    #[wasm_bindgen]
    pub fn panic_message() -> *const u8 {
        MESSAGE.0.get().cast_const().cast()
    }

    /// Its length in bytes; 0 if there was no panic since the last call.
    #[wasm_bindgen]
    pub fn panic_message_bytes() -> usize {
        // SAFETY: one thread, and nothing else holds the message.
        core::mem::take(unsafe { &mut (*MESSAGE.0.get()).length })
    }
}
