use core::panic::PanicInfo;

/// Traps. JavaScript checks what it passes, so that nobody reads a message; to format one would take 10 kB.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
