//! Installing shipped drivers into a cache folder, several versions side by side.
//!
//! A driver lies in `drivers/NAME/VERSION` of the cache. Its `installed.json` is written last, in one rename:
//! without it the folder is a half install and is made anew.

mod step;

use std::path::{Path, PathBuf};

pub use step::{InstallProgress, is_there};

use serde::{Deserialize, Serialize};

use self::step::{missing, run_step};
use crate::api::model::shipped;

use super::catalogue::{Shipped, WantedClient, shipped_named, version_key};
use super::{Client, Command, DriverError, Limits, ProcessClient, Start, Surroundings};

/// The folder that drivers are installed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache(PathBuf);

/// A driver that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The driver's name.
    pub name: String,
    /// The client's version.
    pub version: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// What runs it.
    pub command: Command,
    /// It was installed from the sources that this program ships; if not, it must be installed again.
    pub current: bool,
}

/// The last file of an install.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    client: String,
    version: String,
    runtime: String,
    fingerprint: String,
}

const RECORD: &str = "installed.json";

impl Cache {
    /// A cache in that folder, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Cache {
        Cache(folder.into())
    }

    /// Every installed version of a driver, the highest first.
    pub fn versions(&self, driver: &Shipped) -> Vec<Installed> {
        let entries = std::fs::read_dir(self.folder(driver)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut found: Vec<Installed> = names.filter_map(|version| self.look(driver, &version)).collect();
        found.sort_by_cached_key(|installed| std::cmp::Reverse(version_key(&installed.version)));
        found
    }

    /// The driver that is wanted: of the named version, else the one that is shipped, else the highest.
    pub fn find(&self, wanted: &WantedClient) -> Result<Installed, DriverError> {
        let driver = shipped_named(&wanted.name)?;
        let found = self.look(&driver, &driver.version_of(wanted));
        let found = found.or_else(|| match wanted.version {
            None => self.versions(&driver).into_iter().next(),
            Some(_) => None,
        });
        let hint = format!("shapetape driver install {wanted}");
        match found {
            Some(installed) if installed.current => Ok(installed),
            Some(_) => {
                Err(DriverError::new(wanted.to_string(), "was installed by another version of shapetape")
                    .hint(hint))
            }
            None => Err(DriverError::new(wanted.to_string(), "is not installed").hint(hint)),
        }
    }

    /// Installs a driver, unless it is there already, and checks it with a handshake.
    pub async fn install(
        &self,
        wanted: &WantedClient,
        surroundings: &Surroundings,
        progress: &mut (dyn FnMut(InstallProgress<'_>) + Send),
    ) -> Result<Installed, DriverError> {
        let driver = shipped_named(&wanted.name)?;
        let version = driver.version_of(wanted);
        let place = format!("{}@{version}", driver.recipe.name);
        let io = |error: std::io::Error| {
            let hint = format!("is {} a folder you can write to, on a disk with space?", self.0.display());
            DriverError::new(&place, error.to_string()).hint(hint)
        };
        let _lock = self.lock(&driver).await.map_err(io)?;
        let stale = match self.look(&driver, &version) {
            Some(installed) if installed.current => return Ok(installed),
            found => found.is_some(),
        };
        missing(&driver).await?;
        let folder = self.folder(&driver).join(&version);
        prepare(&driver, &folder, stale).map_err(io)?;
        let count = driver.recipe.steps.len();
        for (index, step) in driver.recipe.steps.iter().enumerate() {
            let words = fill(step, &version, &folder);
            progress(InstallProgress::Step { number: index + 1, of: count, command: &words.join(" ") });
            run_step(&place, &words, &folder, progress).await?;
        }
        progress(InstallProgress::Handshake);
        let record = handshake(&driver, &version, &folder, surroundings).await?;
        write_record(&folder, &record).map_err(io)?;
        self.look(&driver, &version)
            .ok_or_else(|| DriverError::new(place, "cannot be found after its install"))
    }

    fn folder(&self, driver: &Shipped) -> PathBuf {
        self.0.join("drivers").join(&driver.recipe.name)
    }

    /// The install of that version, if it is whole.
    fn look(&self, driver: &Shipped, version: &str) -> Option<Installed> {
        let folder = self.folder(driver).join(version);
        let record: Record = serde_json::from_slice(&std::fs::read(folder.join(RECORD)).ok()?).ok()?;
        Some(Installed {
            name: driver.recipe.name.clone(),
            version: version.to_owned(),
            command: Command::from_words(fill(&driver.recipe.run, version, &folder)),
            current: record.fingerprint == driver.fingerprint(),
            folder,
        })
    }

    /// One install of a driver at a time, whoever runs it.
    async fn lock(&self, driver: &Shipped) -> std::io::Result<std::fs::File> {
        let folder = self.folder(driver);
        let locked = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            let file = std::fs::File::create(folder.join(".lock"))?;
            file.lock().map(|()| file)
        });
        locked.await.map_err(std::io::Error::other)?
    }
}

/// Puts the driver's files into its folder. What an install of other sources left there speeds the steps up;
/// what a half install left is removed.
fn prepare(driver: &Shipped, folder: &Path, stale: bool) -> std::io::Result<()> {
    if stale {
        std::fs::remove_file(folder.join(RECORD))?;
    } else if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    for (path, text) in &driver.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text.as_bytes())?;
    }
    Ok(())
}

fn fill(words: &[String], version: &str, folder: &Path) -> Vec<String> {
    let here = folder.to_string_lossy();
    words.iter().map(|word| word.replace("{version}", version).replace("{here}", &here)).collect()
}

/// Starts the driver and hears that it is the client that was asked for.
async fn handshake(
    driver: &Shipped,
    version: &str,
    folder: &Path,
    surroundings: &Surroundings,
) -> Result<Record, DriverError> {
    let command = Command::from_words(fill(&driver.recipe.run, version, folder));
    let limits = Limits::default();
    let client =
        ProcessClient::start(command, surroundings.clone(), Start::new(shipped().service), limits).await?;
    let hello = client.hello().clone();
    Box::new(client).stop().await;
    if hello.version != version {
        let what = format!("{version} was asked for, but the driver says it is {}", hello.version);
        return Err(DriverError::new(&driver.recipe.name, what));
    }
    Ok(Record {
        client: hello.client,
        version: hello.version,
        runtime: hello.runtime,
        fingerprint: driver.fingerprint(),
    })
}

fn write_record(folder: &Path, record: &Record) -> std::io::Result<()> {
    let file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&file, record)?;
    file.persist(folder.join(RECORD)).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(folder: &Path, driver: &Shipped, version: &str, fingerprint: String) {
        let folder = folder.join("drivers").join(&driver.recipe.name).join(version);
        std::fs::create_dir_all(&folder).unwrap();
        let text = |text: &str| text.to_owned();
        let record = Record { client: text("x"), version: text(version), runtime: text("1"), fingerprint };
        write_record(&folder, &record).unwrap();
    }

    #[test]
    fn versions_live_side_by_side_and_half_installs_are_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let driver = shipped_named("boto3").unwrap();
        let find = |text: &str| cache.find(&WantedClient::parse(text).unwrap());
        assert!(find("boto3").unwrap_err().to_string().contains("shapetape driver install boto3"));
        record(folder.path(), &driver, "1.9.3", driver.fingerprint());
        record(folder.path(), &driver, "1.40.0", driver.fingerprint());
        record(folder.path(), &driver, "1.41.0", "other sources".to_owned());
        std::fs::create_dir_all(folder.path().join("drivers/boto3/1.42.0/venv")).unwrap();
        let versions: Vec<_> = cache.versions(&driver).into_iter().map(|found| found.version).collect();
        assert_eq!(versions, ["1.41.0", "1.40.0", "1.9.3"]);
        assert_eq!(find("boto3@1.9.3").unwrap().version, "1.9.3");
        assert!(find("boto3@1.41.0").unwrap_err().to_string().contains("another version of shapetape"));
        assert!(find("boto3@1.42.0").unwrap_err().to_string().contains("not installed"));
        record(folder.path(), &driver, &driver.recipe.version, driver.fingerprint());
        let installed = find("boto3").unwrap();
        assert_eq!(installed.version, driver.recipe.version);
        assert!(installed.command.to_string().contains("venv/bin/python"));
    }

    #[test]
    fn a_half_install_is_cleared_away_and_a_stale_one_is_built_upon() {
        let folder = tempfile::tempdir().unwrap();
        let driver = shipped_named("boto3").unwrap();
        for (stale, left) in [(false, false), (true, true)] {
            let place = folder.path().join(stale.to_string());
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("leftover"), "").unwrap();
            std::fs::write(place.join(RECORD), "").unwrap();
            prepare(&driver, &place, stale).unwrap();
            assert_eq!(place.join("leftover").exists(), left);
            assert!(place.join("driver.py").exists() && !place.join(RECORD).exists());
        }
    }
}
