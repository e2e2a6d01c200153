//! Writes the table of operations, paginators, waiters and errors, found by
//! reading the SDK's source where Cargo has unpacked it.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let sdk = Sdk::find()?;
    println!("cargo::rustc-env=SDK_NAME={}", sdk.name);
    println!("cargo::rustc-env=SDK_VERSION={}", sdk.version);
    println!("cargo::rustc-env=RUSTC_VERSION={}", compiler()?);
    let mut table = String::new();
    let operations = operations(&sdk.source, &mut table)?;
    waiters(&sdk.source, &operations, &mut table)?;
    errors(&sdk.source, &mut table)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("table.rs"), table)?;
    Ok(())
}

/// The number in `rustc 1.95.0 (…)`.
fn compiler() -> Fallible<String> {
    let output = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split_whitespace().nth(1).unwrap_or("unknown").to_owned())
}

/// The package that stands behind the name `sdk`.
struct Sdk {
    name: String,
    version: String,
    source: PathBuf,
}

impl Sdk {
    fn find() -> Fallible<Self> {
        // What other platforms need is not unpacked here, and nothing may be fetched.
        let output = Command::new(env::var("CARGO")?)
            .args(["metadata", "--format-version=1", "--offline", "--filter-platform"])
            .arg(env::var("TARGET")?)
            .output()?;
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)))?;
        let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
        let package = packages
            .iter()
            .find(|package| package["name"].as_str().is_some_and(is_service))
            .ok_or("no aws-sdk-… among the dependencies")?;
        let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let manifest = PathBuf::from(text("manifest_path"));
        let source = manifest.parent().ok_or("a manifest has no folder")?.join("src");
        Ok(Self { name: text("name"), version: text("version"), source })
    }
}

fn is_service(package: &str) -> bool {
    package.starts_with("aws-sdk-")
}

/// One entry an operation: the model's name, how to read its input, to call it and to page through it.
/// Returns the operations' names by module.
fn operations(source: &Path, table: &mut String) -> Fallible<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    writeln!(table, "pub static OPERATIONS: &[Operation] = &[")?;
    for file in rust_files(&source.join("operation"))? {
        let module = stem(&file);
        let text = fs::read_to_string(&file)?;
        let Some(name) = after(&text, "Metadata::new(").and_then(quoted) else { continue };
        let Some(input) = after(&text, "_input::").map(word) else { continue };
        let folder = source.join("operation").join(&module);
        let corrected = corrected(&fs::read_to_string(folder.join(format!("_{module}_input.rs")))?);
        let paginator = folder.join("paginator.rs");
        let token = if paginator.exists() { token_of(&fs::read_to_string(paginator)?) } else { None };
        let (token, pages) = match token {
            Some(token) => (
                format!("Some(|i| &mut i.{token})"),
                format!("Some(|c, h, n| Box::pin(pages(c.{module}().into_paginator().send(), h, n)))"),
            ),
            None => ("None::<fn(&mut _) -> &mut Option<()>>".to_owned(), "None".to_owned()),
        };
        let input = format!("sdk::operation::{module}::{input}");
        writeln!(table, "    Operation {{ name: {name:?}, pages: {pages},")?;
        writeln!(
            table,
            "        fill: |d, given| filled({input}::deserialize(d), given, &[{corrected}], {token}),"
        )?;
        writeln!(table, "        call: |c| Box::pin(call(c.{module}().send())) }},")?;
        names.insert(module, name);
    }
    writeln!(table, "];")?;
    Ok(names)
}

/// The members that reading an input fills in where they are missing, each with how to undo it:
/// `builder.endpoint_name = builder.endpoint_name.or(…)`.
fn corrected(input: &str) -> String {
    let mut pairs = String::new();
    for line in input.lines() {
        let Some(field) = line.trim_start().strip_prefix("builder.").map(word) else { continue };
        let optional = input.contains(&format!("pub {field}: ::std::option::Option<"));
        let schema = after(input, &format!("_MEMBER_{}: ", field.to_uppercase()));
        let member = schema.and_then(|schema| after(schema, "$")).map(word);
        if let (Some(member), true, true) = (member, optional, line.contains(".or(")) {
            pairs.push_str(&format!("({member:?}, |i| i.{field} = None), "));
        }
    }
    pairs
}

/// The member of the input that a paginator sets: `input.next_token = new_token.cloned()`.
fn token_of(paginator: &str) -> Option<String> {
    let line = paginator
        .lines()
        .find(|line| line.trim_start().starts_with("input.") && line.contains("= new_token"))?;
    after(line, "input.").map(word)
}

fn waiters(source: &Path, operations: &BTreeMap<String, String>, table: &mut String) -> Fallible<()> {
    writeln!(table, "pub static WAITERS: &[Waiter] = &[")?;
    for file in rust_files(&source.join("waiters"))? {
        let module = stem(&file);
        let text = fs::read_to_string(&file)?;
        let Some(name) = after(&text, "pub struct ").map(word) else { continue };
        let Some(name) = name.strip_suffix("FluentBuilder") else { continue };
        let Some(operation) =
            after(&text, "inner: crate::operation::").map(word).and_then(|at| operations.get(&at))
        else {
            continue;
        };
        writeln!(
            table,
            "    Waiter {{ name: {name:?}, operation: {operation:?}, \
             wait: |c, limit| Box::pin(wait(c.wait_until_{module}().wait(limit))) }},"
        )?;
    }
    writeln!(table, "];")?;
    let import = source.join("waiters").exists().then_some("use sdk::client::Waiters;").unwrap_or_default();
    writeln!(table, "{import}")?;
    Ok(())
}

/// The modelled errors, each with how to know one among the sources of an error.
fn errors(source: &Path, table: &mut String) -> Fallible<()> {
    writeln!(
        table,
        "pub static ERRORS: &[for<'e> fn(&'e (dyn Error + 'static)) -> Option<&'e dyn SerializableStruct>] = &["
    )?;
    for line in fs::read_to_string(source.join("types/error.rs"))?.lines() {
        let Some(path) = line.trim().strip_prefix("pub use crate::types::error::") else { continue };
        let name = path.trim_end_matches(';').rsplit("::").next().unwrap_or_default();
        writeln!(
            table,
            "    |error| error.downcast_ref::<sdk::types::error::{name}>().map(|error| error as _),"
        )?;
    }
    writeln!(table, "];")?;
    Ok(())
}

/// The Rust files of a folder, in the order of their names; none where there is no folder.
fn rust_files(folder: &Path) -> Fallible<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.split_once(mark).map(|(_, rest)| rest.trim_start())
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn quoted(text: &str) -> Option<String> {
    text.strip_prefix('"')?.split_once('"').map(|(name, _)| name.to_owned())
}
