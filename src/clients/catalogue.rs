//! The drivers that are shipped inside the program: their files, and the recipes that install them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DriverError;

/// A shipped driver.
#[derive(Debug, Clone)]
pub struct Shipped {
    /// How it is installed and run.
    pub recipe: Recipe,
    /// Its files: where each goes in its folder, and what is in it.
    pub files: &'static [(&'static str, &'static str)],
}

/// How a driver is installed and run: its `install.json`. In `steps` and `run`, `{version}` stands for the
/// client's version and `{here}` for the driver's folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The name that `--client` takes.
    pub name: String,
    /// The client's package, by the name that its registry knows.
    pub client: String,
    /// The language it is written in.
    pub language: String,
    /// The version that is installed when none is named.
    pub version: String,
    /// The programs that must be there.
    pub needs: Vec<Need>,
    /// The commands that make it, in its folder, one after another.
    pub steps: Vec<Vec<String>>,
    /// The command that runs it.
    pub run: Vec<String>,
}

/// A program that a driver cannot be installed without.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Its name on `PATH`.
    pub tool: String,
    /// An argument with which it does nothing but succeed.
    pub argument: String,
    /// How to get it.
    pub hint: String,
}

/// A driver by the name that `--client` takes, and the version, if one is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The driver's name.
    pub name: String,
    /// The client's version.
    pub version: Option<String>,
}

impl Wanted {
    /// Reads `NAME` or `NAME@VERSION`.
    pub fn parse(text: &str) -> Result<Wanted, DriverError> {
        let (name, version) =
            text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        // A version becomes part of a path and of a command, so it is held to what versions are made of.
        let plain = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_alphanumeric())
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._+".contains(letter))
        };
        if !plain(name) || !version.is_none_or(plain) {
            return Err(
                DriverError::new(text, "is not NAME or NAME@VERSION").hint("for example boto3@1.44.5")
            );
        }
        Ok(Wanted { name: name.to_owned(), version: version.map(str::to_owned) })
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(out, "{}@{version}", self.name),
            None => out.write_str(&self.name),
        }
    }
}

/// The files of a driver: each from its folder under `drivers/`, or from where the second path says.
macro_rules! files {
    ($folder:literal: $($file:literal $(from $source:literal)?),+ $(,)?) => {
        &[$(($file, files!(@ $folder, $file $(, $source)?))),+]
    };
    (@ $folder:literal, $file:literal) => { include_str!(concat!("drivers/", $folder, "/", $file)) };
    (@ $folder:literal, $file:literal, $source:literal) => { include_str!(concat!("drivers/", $source)) };
}

const SHIPPED: &[&[(&str, &str)]] = &[
    files!("boto3": "install.json", "README.md", "driver.py", "models.py", "pipe.py", "typed.py"),
    files!("aws-cli": "install.json", "README.md", "driver.py", "program.py", "texts.py",
        "models.py" from "boto3/models.py", "pipe.py" from "boto3/pipe.py", "typed.py" from "boto3/typed.py"),
    files!("js-v3": "install.json", "README.md", "package.json", "package-lock.json", "driver.mjs",
        "failure.mjs", "model.mjs", "pipe.mjs", "retry.mjs", "schemas.mjs", "typed.mjs"),
    files!("go-v2": "install.json", "README.md", "go.mod", "go.sum", "main.go", "connections.go",
        "failure.go", "fill.go", "invoke.go", "message.go", "service.go", "session.go", "write.go",
        "generate/main.go", "generate/scan.go"),
    files!("java-v2": "install.json", "README.md", "pom.xml", "warm-up.jsonl", "source/Answer.java",
        "source/Driver.java", "source/Failure.java", "source/Fill.java", "source/Invoke.java",
        "source/Json.java", "source/Message.java", "source/Retry.java", "source/Service.java",
        "source/Session.java", "source/Unsupported.java", "source/Write.java"),
    files!("rust": "install.json", "README.md", "manifest.toml", "manifest.lock", "build.rs", "src/main.rs",
        "src/failure.rs", "src/fill.rs", "src/hooks.rs", "src/operation.rs", "src/session.rs", "src/write.rs"),
];

/// By client and version, the newest embedded API of SageMaker all of whose operations that version knows.
const APIS: &str = include_str!("drivers/apis.json");

/// The date of the newest embedded API that a version of a shipped client knows; `None` where that is not known.
pub fn newest_api(client: &str, version: &str) -> Option<String> {
    let apis: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(APIS).ok()?;
    let since = apis.get(client)?.iter().filter(|(since, _)| version_key(since) <= version_key(version));
    since.max_by_key(|(since, _)| version_key(since)).map(|(_, date)| date.clone())
}

/// Orders versions by their numbers.
pub(super) fn version_key(version: &str) -> Vec<u64> {
    version.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// All shipped drivers, in the order of the catalogue.
pub fn shipped() -> Result<Vec<Shipped>, DriverError> {
    SHIPPED.iter().map(|files| read(files)).collect()
}

/// The shipped driver of that name.
pub fn shipped_named(name: &str) -> Result<Shipped, DriverError> {
    let all = shipped()?;
    let names: Vec<String> = all.iter().map(|driver| driver.recipe.name.clone()).collect();
    all.into_iter().find(|driver| driver.recipe.name == name).ok_or_else(|| {
        let hint =
            format!("shipped drivers are {}; for any other there is --driver 'COMMAND'", names.join(", "));
        DriverError::new(name, "no driver of that name is shipped").hint(hint)
    })
}

fn read(files: &'static [(&'static str, &'static str)]) -> Result<Shipped, DriverError> {
    let (place, text) = files.first().copied().unwrap_or_default();
    let recipe = serde_json::from_str(text)
        .map_err(|error| DriverError::new(place, format!("is not a recipe: {error}: {text}")))?;
    Ok(Shipped { recipe, files })
}

impl Shipped {
    /// The version that is meant when none is named.
    pub(super) fn version_of(&self, wanted: &Wanted) -> String {
        wanted.version.clone().unwrap_or_else(|| self.recipe.version.clone())
    }

    /// A hash of everything that is shipped of it: what tells an install of this program from one of another.
    pub(super) fn fingerprint(&self) -> String {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        for (path, text) in self.files {
            hash.update(format!("{path} {}\n", text.len()));
            hash.update(text);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_every_driver_is_shipped() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clients/drivers");
        for driver in shipped().unwrap() {
            let folder = folder.join(&driver.recipe.name);
            let ignored = std::fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
            let mut there = Vec::new();
            list(&folder, "", &mut there);
            there.retain(|path| !driver.files.iter().any(|(shipped, _)| shipped == path));
            there.retain(|path| !path.starts_with('.') && !ignored.lines().any(|line| line == path));
            assert!(there.is_empty(), "{} has files that the catalogue lacks: {there:?}", driver.recipe.name);
            assert!(driver.recipe.run.iter().any(|word| word.contains("{here}")));
        }
    }

    fn list(folder: &std::path::Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                list(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_shipped_version_knows_an_embedded_api() {
        let dates: Vec<&str> = crate::api::model::dates().collect();
        for driver in shipped().unwrap() {
            let known = newest_api(&driver.recipe.name, &driver.recipe.version);
            assert!(known.is_some_and(|date| dates.contains(&date.as_str())), "{}", driver.recipe.name);
        }
        for (version, date) in [("1.44.8", "2026-11-17"), ("1.43.99", "2026-07-31"), ("1.25.5", "2020-07-24")]
        {
            assert_eq!(newest_api("boto3", version).as_deref(), Some(date), "{version}");
        }
        assert_eq!((newest_api("boto3", "1.0.0"), newest_api("mine", "1.0.0")), (None, None));
    }

    #[test]
    fn a_wanted_driver_is_a_name_and_perhaps_a_version() {
        let wanted = Wanted::parse("boto3@1.40.0").unwrap();
        assert_eq!((wanted.name.as_str(), wanted.version.as_deref()), ("boto3", Some("1.40.0")));
        assert_eq!(Wanted::parse("js-v3").unwrap().to_string(), "js-v3");
        for text in ["", "boto3@", "../boto3", "boto3@../1", "boto3@1 --evil", "boto3@-r"] {
            assert!(Wanted::parse(text).is_err(), "{text}");
        }
        assert!(shipped_named("cobol").unwrap_err().to_string().contains("boto3, aws-cli, js-v3"));
    }
}
