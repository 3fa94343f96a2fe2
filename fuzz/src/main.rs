//! The driver that is led by coverage: libFuzzer on the target that `TROP_FUZZ_TARGET` names.
#![no_main]

use std::sync::OnceLock;

static TARGET: OnceLock<String> = OnceLock::new();

fn target() -> String {
    std::env::var("TROP_FUZZ_TARGET").expect("TROP_FUZZ_TARGET names the target")
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    trop_fuzz::run(TARGET.get_or_init(target), input);
});
