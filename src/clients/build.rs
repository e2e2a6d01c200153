//! Gathers the shipped drivers for the program: every folder of `drivers/` is one client.
//!
//! A folder that is added there ships with the next build; there is no list to extend. Left out are hidden files,
//! the files that a `.gitignore` of the folder names, and the folders in which the languages keep what they make.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "cargo and a build script speak through the environment and standard output"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

const DRIVERS: &str = "src/clients/drivers";
const LEFT_BEHIND: [&str; 3] = ["__pycache__", "node_modules", "target"];

#[cfg_attr(test, allow(dead_code, reason = "the tests of the catalogue read folders of their own"))]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DRIVERS}");
    let mut out = String::from("&[\n");
    for (name, files) in folders(Path::new(DRIVERS))? {
        writeln!(out, "({name:?}, &[")?;
        for file in files {
            let path = format!("/{DRIVERS}/{name}/{file}");
            writeln!(out, "({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")?;
        }
        out.push_str("]),\n");
    }
    out.push_str("]\n");
    let place = env::var_os("OUT_DIR").ok_or("cargo gives no OUT_DIR")?;
    fs::write(Path::new(&place).join("drivers.rs"), out)?;
    Ok(())
}

/// The folders of the catalogue by name, and the paths of their files, sorted.
pub(crate) fn folders(drivers: &Path) -> io::Result<Vec<(String, Vec<String>)>> {
    let mut folders = Vec::new();
    for (name, is_folder) in entries(drivers)? {
        if is_folder {
            let folder = drivers.join(&name);
            let ignored = fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
            let mut files = Vec::new();
            gather(&folder, "", &ignored, &mut files)?;
            folders.push((name, files));
        }
    }
    Ok(folders)
}

fn gather(folder: &Path, prefix: &str, ignored: &str, files: &mut Vec<String>) -> io::Result<()> {
    for (name, is_folder) in entries(folder)? {
        if LEFT_BEHIND.contains(&name.as_str()) || ignored.lines().any(|line| matches(line, &name)) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if is_folder {
            gather(&folder.join(&name), &format!("{path}/"), ignored, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Names in a folder, sorted, and whether each is a folder; hidden ones left out.
fn entries(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            io::Error::other(format!("{}: the name {name:?} is not UTF-8", folder.display()))
        })?;
        if !name.starts_with('.') {
            found.push((name, entry.file_type()?.is_dir()));
        }
    }
    found.sort();
    Ok(found)
}

/// A line of a `.gitignore`: a name, or one with a star in it; a slash at its end says that it is a folder's.
fn matches(line: &str, name: &str) -> bool {
    let line = line.trim_end_matches('/');
    match line.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => line == name,
    }
}
