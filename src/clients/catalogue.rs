//! The drivers that are shipped inside the program: one folder of `drivers/` per client, with its files, the recipe
//! that installs it, and what is known of the client.
//!
//! `build.rs` embeds the folders, so that a new client is one new folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::{DriverError, Started};

/// A shipped driver.
#[derive(Debug, Clone)]
pub struct Shipped {
    /// How it is installed and run.
    pub recipe: Recipe,
    /// The files of an installed driver: where each goes in its folder, and its text.
    pub files: BTreeMap<String, Cow<'static, str>>,
    /// The known differences of the client, as YAML; empty where there are none.
    pub deviations: Cow<'static, str>,
}

/// What a driver's `install.json` says: how it is installed and run, and how its client behaves. In `steps` and `run`, `{version}` stands for the
/// client's version and `{here}` for the driver's folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Recipe {
    /// The name that `--client` takes.
    pub name: String,
    /// The client's package, by the name that its registry knows.
    pub client: String,
    /// The language it is written in.
    pub language: String,
    /// The version that is installed when none is named.
    pub version: String,
    /// Its place in lists of clients; lower numbers come first.
    pub order: u32,
    /// How long the client is at work on one request, in microseconds, where all cores have work.
    pub pace_micros: u64,
    /// How many cases the client takes where the user asks for all: for one that is slow. All without it.
    pub sample: Option<usize>,
    /// By version, the newest embedded API all of whose operations the client has known since that version.
    pub apis: BTreeMap<String, String>,
    /// Files of other drivers' folders that are installed with it: `boto3/pipe.py`.
    #[serde(default)]
    pub borrows: Vec<String>,
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

/// How a client behaves in a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// How long it is at work on one request where all cores have work.
    pub pace: Duration,
    /// How many cases it takes where the user asks for all; all where `None`.
    pub sample: Option<usize>,
}

/// The pace of a client whose language no shipped client has.
const USUAL_PACE: Duration = Duration::from_millis(2);

impl Habits {
    /// The habits of a client that was asked for by that name and has said who it is. A client of the user's own
    /// has the pace of the first shipped one in its language.
    pub fn of(name: &str, hello: &Started) -> Result<Habits, DriverError> {
        let all = shipped()?;
        let asked = WantedClient::parse(name).map(|wanted| wanted.name).unwrap_or_default();
        let own = |driver: &&Shipped| [&asked, &hello.client].contains(&&driver.recipe.name);
        if let Some(driver) = all.iter().find(own) {
            return Ok(Habits { pace: driver.pace(), sample: driver.recipe.sample });
        }
        let kin = all.iter().find(|driver| driver.recipe.language == hello.language);
        Ok(Habits { pace: kin.map_or(USUAL_PACE, Shipped::pace), sample: None })
    }
}

/// A driver by the name that `--client` takes, and the version, if one is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedClient {
    /// The driver's name.
    pub name: String,
    /// The client's version.
    pub version: Option<String>,
}

impl WantedClient {
    /// Reads `NAME` or `NAME@VERSION`.
    pub fn parse(text: &str) -> Result<WantedClient, DriverError> {
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
        Ok(WantedClient { name: name.to_owned(), version: version.map(str::to_owned) })
    }
}

impl std::fmt::Display for WantedClient {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(out, "{}@{version}", self.name),
            None => out.write_str(&self.name),
        }
    }
}

/// Every folder of `drivers/` with its files and their texts, as the build found them.
const EMBEDDED: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/drivers.rs"));

/// The files of one folder, by their paths in it.
type Files = BTreeMap<String, Cow<'static, str>>;

const RECIPE: &str = "install.json";
const DEVIATIONS: &str = "deviations.yaml";
const PAGE: &str = "README.md";

/// The date of the newest embedded API that a version of a shipped client knows; `None` where that is not known.
pub fn newest_api(client: &str, version: &str) -> Option<String> {
    shipped_named(client).ok()?.newest_api(version).map(str::to_owned)
}

/// The files of known differences that ship, one per client: the name in messages, and the text.
pub fn shipped_deviations() -> Result<Vec<(String, Cow<'static, str>)>, DriverError> {
    let file = |driver: Shipped| (format!("{}/{DEVIATIONS}", driver.recipe.name), driver.deviations);
    Ok(shipped()?.into_iter().map(file).filter(|(_, text)| !text.is_empty()).collect())
}

/// Orders versions by their numbers.
pub(super) fn version_key(version: &str) -> Vec<u64> {
    version.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// All shipped drivers, in the order of the catalogue.
pub fn shipped() -> Result<Vec<Shipped>, DriverError> {
    let files = |files: &[(&str, &'static str)]| {
        files.iter().map(|(path, text)| ((*path).to_owned(), Cow::Borrowed(*text))).collect()
    };
    read(&EMBEDDED.iter().map(|(name, embedded)| ((*name).to_owned(), files(embedded))).collect())
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

/// Reads a catalogue: one driver per folder.
fn read(folders: &BTreeMap<String, Files>) -> Result<Vec<Shipped>, DriverError> {
    let mut all: Vec<Shipped> =
        folders.keys().map(|name| read_one(name, folders)).collect::<Result<_, _>>()?;
    all.sort_by_key(|driver| driver.recipe.order);
    Ok(all)
}

fn read_one(name: &str, folders: &BTreeMap<String, Files>) -> Result<Shipped, DriverError> {
    let wrong = |what: String| DriverError::new(format!("{name}/{RECIPE}"), what);
    let find = |folder: &str, path: &str| folders.get(folder).and_then(|files| files.get(path)).cloned();
    let text =
        find(name, RECIPE).ok_or_else(|| wrong("is missing: it says how the driver is made".to_owned()))?;
    let recipe: Recipe =
        serde_json::from_str(&text).map_err(|error| wrong(format!("is not a recipe: {error}: {text}")))?;
    if recipe.name != name {
        return Err(wrong(format!("the name `{}` is not that of its folder", recipe.name)));
    }
    let mut files = folders.get(name).cloned().unwrap_or_default();
    let deviations = files.remove(DEVIATIONS).unwrap_or_default();
    for borrowed in &recipe.borrows {
        let (owner, path) = borrowed.split_once('/').unwrap_or_default();
        let text =
            find(owner, path).ok_or_else(|| wrong(format!("borrows `{borrowed}`, which is no file")))?;
        files.insert(path.to_owned(), text);
    }
    Ok(Shipped { recipe, files, deviations })
}

impl Shipped {
    /// The version that is meant when none is named.
    pub(super) fn version_of(&self, wanted: &WantedClient) -> String {
        wanted.version.clone().unwrap_or_else(|| self.recipe.version.clone())
    }

    /// The date of the newest embedded API all of whose operations a version of the client knows.
    pub fn newest_api(&self, version: &str) -> Option<&str> {
        let apis = self.recipe.apis.iter();
        let known = apis.filter(|(since, _)| version_key(since) <= version_key(version));
        known.max_by_key(|(since, _)| version_key(since)).map(|(_, date)| date.as_str())
    }

    fn pace(&self) -> Duration {
        Duration::from_micros(self.recipe.pace_micros)
    }

    /// A hash of everything that an install is made of: what tells an install of this program from one of another.
    /// What else a folder says of its client makes no install stale.
    pub(super) fn fingerprint(&self) -> String {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        hash.update(format!("{:?} {:?}\n", self.recipe.steps, self.recipe.run));
        for (path, text) in self.files.iter().filter(|(path, _)| *path != RECIPE && *path != PAGE) {
            hash.update(format!("{path} {}\n", text.len()));
            hash.update(text.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::read_to_string;
    use std::path::Path;

    use super::*;
    use crate::check::ledger;
    use crate::clients::build::folders;

    /// A catalogue read from a folder as the build reads it.
    fn catalogue(drivers: &Path) -> Result<Vec<Shipped>, DriverError> {
        let text = |folder: &str, path: &str| read_to_string(drivers.join(folder).join(path)).unwrap();
        let folders = folders(drivers).unwrap().into_iter().map(|(name, paths)| {
            let files = paths.into_iter().map(|path| (path.clone(), text(&name, &path).into()));
            (name.clone(), files.collect())
        });
        read(&folders.collect())
    }

    #[test]
    fn the_catalogue_is_the_folders_of_the_drivers() {
        let found = catalogue(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clients/drivers")).unwrap();
        let shipped = shipped().unwrap();
        let parts = |all: &[Shipped]| -> Vec<_> {
            all.iter().map(|one| (one.recipe.clone(), one.files.clone(), one.deviations.clone())).collect()
        };
        assert_eq!(parts(&shipped), parts(&found));
        let names: Vec<&str> = shipped.iter().map(|driver| driver.recipe.name.as_str()).collect();
        assert_eq!(names, ["boto3", "aws-cli", "js-v3", "go-v2", "java-v2", "rust"]);
        for driver in shipped {
            assert!(driver.recipe.run.iter().any(|word| word.contains("{here}")), "{:?}", driver.recipe);
            assert!(driver.files.contains_key(PAGE), "{:?}", driver.recipe);
            for known in ledger::parse(&driver.deviations, DEVIATIONS).unwrap() {
                assert_eq!(known.client, driver.recipe.name);
            }
        }
    }

    /// A client in one folder, with files that do not ship.
    const LAMA: [(&str, &str); 7] = [
        (
            "install.json",
            r#"{"name": "lama", "client": "lama-sdk", "language": "lama", "version": "2.0", "order": 0,
            "paceMicros": 700, "sample": 9, "apis": {"1.5": "2020-07-24"}, "borrows": ["boto3/pipe.py"],
            "needs": [], "steps": [["build"]], "run": ["{here}/driver.sh"]}"#,
        ),
        ("driver.sh", "echo"),
        ("source/Main.lama", "main"),
        (
            "deviations.yaml",
            "deviations:\n- {client: lama, variant: OK1, operation: ListTags, kind: value-differs, reason: Seen.}\n",
        ),
        (".gitignore", "out/\n*.tmp\n"),
        ("out/driver", "made"),
        ("node_modules/a.js", "made"),
    ];

    #[test]
    fn a_new_client_is_one_folder() {
        let place = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = place.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        for driver in shipped().unwrap() {
            let files = driver
                .files
                .iter()
                .filter(|(path, _)| !driver.recipe.borrows.iter().any(|from| from.ends_with(*path)));
            files.for_each(|(path, text)| write(&format!("{}/{path}", driver.recipe.name), text));
        }
        LAMA.iter().for_each(|(path, text)| write(&format!("lama/{path}"), text));
        let all = catalogue(place.path()).unwrap();
        assert_eq!(all.len(), shipped().unwrap().len() + 1);
        let lama = &all[0];
        let files: Vec<&str> = lama.files.keys().map(String::as_str).collect();
        assert_eq!(files, ["driver.sh", "install.json", "pipe.py", "source/Main.lama"]);
        assert_eq!((lama.pace(), lama.recipe.sample), (Duration::from_micros(700), Some(9)));
        assert_eq!((lama.newest_api("1.6"), lama.newest_api("1.4")), (Some("2020-07-24"), None));
        assert_eq!(ledger::parse(&lama.deviations, DEVIATIONS).unwrap()[0].client, "lama");
        let before = lama.fingerprint();
        for (path, text, same) in [
            ("lama/deviations.yaml", "deviations: []\n", true),
            ("lama/README.md", "# lama", true),
            ("lama/install.json", &LAMA[0].1.replace("700", "900"), true),
            ("lama/install.json", &LAMA[0].1.replace("[\"build\"]", "[\"make\"]"), false),
            ("boto3/pipe.py", "import os", false),
        ] {
            write("lama/install.json", LAMA[0].1);
            write(path, text);
            assert_eq!(catalogue(place.path()).unwrap()[0].fingerprint() == before, same, "{path}");
        }
        for (recipe, told) in [
            (LAMA[0].1.replace("\"lama\",", "\"camel\","), "is not that of its folder"),
            (LAMA[0].1.replace("boto3/", "camel/"), "borrows `camel/pipe.py`"),
            (LAMA[0].1.replace("\"order\"", "\"rank\""), "is not a recipe"),
        ] {
            write("lama/install.json", &recipe);
            let error = catalogue(place.path()).unwrap_err().to_string();
            assert!(error.starts_with("lama/install.json: ") && error.contains(told), "{error}");
        }
    }

    #[test]
    fn a_client_has_the_habits_of_its_folder_and_one_of_the_users_own_those_of_its_language() {
        for (name, client, language, micros, sample) in [
            ("aws-cli@1.18.105", "aws-cli", "python", 100_000, Some(500)),
            ("boto3", "boto3", "python", 3_200, None),
            ("sh aws.sh", "aws-cli", "python", 100_000, Some(500)),
            ("python3 mine.py", "mine", "python", 3_200, None),
            ("mine.jar", "mine", "java", 3_000, None),
            ("mine", "mine", "javascript", 2_600, None),
            ("mine", "mine", "go", 1_100, None),
            ("mine", "mine", "cobol", 2_000, None),
        ] {
            let hello =
                Started { client: client.to_owned(), language: language.to_owned(), ..Started::default() };
            let habits = Habits { pace: Duration::from_micros(micros), sample };
            assert_eq!(Habits::of(name, &hello).unwrap(), habits, "{name}");
        }
    }

    #[test]
    fn the_page_of_the_drivers_lists_each_with_its_version_and_api() {
        let page = include_str!("README.md");
        for driver in shipped().unwrap() {
            let Recipe { name, version, .. } = &driver.recipe;
            let row =
                page.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap_or_default();
            let api = driver.newest_api(version).unwrap();
            assert!(
                row.contains(&format!(" {version} ")) && row.contains(api),
                "{name} {version} {api}: {row}"
            );
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
        let wanted = WantedClient::parse("boto3@1.40.0").unwrap();
        assert_eq!((wanted.name.as_str(), wanted.version.as_deref()), ("boto3", Some("1.40.0")));
        assert_eq!(WantedClient::parse("js-v3").unwrap().to_string(), "js-v3");
        for text in ["", "boto3@", "../boto3", "boto3@../1", "boto3@1 --evil", "boto3@-r"] {
            assert!(WantedClient::parse(text).is_err(), "{text}");
        }
        assert!(shipped_named("cobol").unwrap_err().to_string().contains("boto3, aws-cli, js-v3"));
    }
}
