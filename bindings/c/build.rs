//! Gives the shared library its run-time name: the major version is that of the binary interface.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let major = var("CARGO_PKG_VERSION_MAJOR").unwrap_or_default();
    let linker = |argument: String| println!("cargo::rustc-cdylib-link-arg={argument}");
    match var("CARGO_CFG_TARGET_OS").unwrap_or_default().as_str() {
        "macos" | "ios" => linker(format!("-Wl,-install_name,@rpath/libtrop.{major}.dylib")),
        "windows" => {}
        _ => linker(format!("-Wl,-soname,libtrop.so.{major}")),
    }
}
