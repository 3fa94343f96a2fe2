//! `include/trop.h` is what the sources say. `make c-header` writes it anew.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// In the order in which they stand in the header.
const SOURCES: [&str; 38] = [
    "abi/version",
    "abi/status",
    "abi/failure",
    "abi/text",
    "data/names",
    "model/options",
    "model/outlook",
    "data/types",
    "data/panel",
    "data/design",
    "data/labels",
    "data/long",
    "data/remarks",
    "model/distance",
    "model/grids",
    "model/search",
    "model/cells",
    "model/estimate",
    "model/averages",
    "inference/infer",
    "diagnostics/diagnosis",
    "diagnostics/sensitivity",
    "analysis/options",
    "analysis/types",
    "analysis/analyze",
    "analysis/results",
    "analysis/table",
    "analysis/report",
    "analysis/saved",
    "analysis/comparison",
    "analysis/differences",
    "analysis/bias_bounds",
    "analysis/in_time",
    "weighted/loocv",
    "weighted/jobs",
    "weighted/fit",
    "inference/draws",
    "inference/bootstrap",
];

/// The version as macros, for the compiler and for `#if`.
fn versions() -> String {
    let [version, major, minor, patch] = [
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    ];
    format!(
        "
/// Version of this header.
#define TROP_VERSION \"{version}\"

/// The first of its three numbers.
#define TROP_VERSION_MAJOR {major}

/// The second.
#define TROP_VERSION_MINOR {minor}

/// The third.
#define TROP_VERSION_PATCH {patch}

/// All three as one number that grows with the version: 1.2.3 is 10203.
#define TROP_VERSION_NUMBER (10000 * TROP_VERSION_MAJOR + 100 * TROP_VERSION_MINOR + TROP_VERSION_PATCH)"
    )
}

fn generated(root: &Path) -> String {
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    config.header = Some(fs::read_to_string(root.join("src/abi/contract.h")).unwrap());
    config.after_includes = Some(versions());
    let builder = cbindgen::Builder::new().with_config(config);
    let sources = SOURCES.iter().map(|name| root.join(format!("src/{name}.rs")));
    let bindings = sources.fold(builder, cbindgen::Builder::with_src).generate().unwrap();
    let mut header = Vec::new();
    bindings.write(&mut header);
    String::from_utf8(header).unwrap().replace("/// # Safety\n/// ", "/// The caller's duty: ")
}

#[test]
fn the_committed_header_is_what_the_sources_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("include/trop.h");
    let header = generated(root);
    if env::var_os("TROP_WRITE_HEADER").is_some() {
        fs::write(&path, &header).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == header, "include/trop.h is not fresh: run `make c-header`");
}

fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.flat_map(|path| if path.is_dir() { sources(path) } else { vec![path] }).collect()
}

#[test]
fn the_sources_listed_are_all_that_export() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header = generated(root);
    let code: String =
        sources(root.join("src")).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let exported = code.split("extern \"C\" fn trop_").skip(1);
    let names: Vec<&str> = exported.map(|rest| rest.split('(').next().unwrap()).collect();
    assert!(names.len() > 100, "{} functions", names.len());
    for name in names {
        assert!(
            header.contains(&format!(" trop_{name}("))
                || header.contains(&format!("*trop_{name}(")),
            "trop_{name}"
        );
    }
}

/// The structs of the header whose layout is open, each with its fields.
fn structs(header: &str) -> Vec<(&str, Vec<&str>)> {
    let bodies = header.split("typedef struct {").skip(1);
    bodies
        .map(|rest| {
            let (body, rest) = rest.split_once("\n} ").unwrap();
            let lines = body.lines().map(str::trim).filter(|line| !line.starts_with('/'));
            let fields = lines.filter_map(|line| line.strip_suffix(';'));
            (rest.split(';').next().unwrap(), fields.map(last_word).collect())
        })
        .collect()
}

fn last_word(declared: &str) -> &str {
    declared.rsplit([' ', '*']).next().unwrap()
}

#[test]
fn the_layout_of_every_struct_is_held() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [header, layout] = ["include/trop.h", "tests/layout.c"]
        .map(|path| fs::read_to_string(root.join(path)).unwrap());
    let found = structs(&header);
    assert!(found.len() > 20, "{} structs", found.len());
    for (name, fields) in found {
        let held =
            ["FROZEN", "GROWS"].iter().any(|how| layout.contains(&format!("\n{how}({name}, ")));
        assert!(held, "{name} has no line in tests/layout.c");
        for field in fields {
            let line = format!("\nAT({name}, {field}, ");
            assert!(layout.contains(&line), "{name}.{field} has no line in tests/layout.c");
        }
    }
}
