//! Which part of a plan this process is to run: from `--shard`, or as test runners and job arrays say it.

use super::Failure;
use super::environment::variable;
use super::term::say;

/// Variables that number a process among its like, from 0, and the ones that say how many there are: Bazel's
/// test encyclopedia, Kubernetes' indexed jobs, AWS Batch's array jobs.
const VARIABLES: [(&str, &str); 3] = [
    ("TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS"),
    ("JOB_COMPLETION_INDEX", "TEST_TOTAL_SHARDS"),
    ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
];

/// A part, from 1, and of how many; none where everything is to be run.
type Part = Option<(u32, u32)>;

/// The part that is wanted.
pub(super) fn wanted(flag: Option<&str>) -> Result<Part, Failure> {
    part(flag, &variable)
}

fn part(flag: Option<&str>, variable: &dyn Fn(&str) -> Option<String>) -> Result<Part, Failure> {
    let number = |name: &str| variable(name).and_then(|text| text.parse::<u32>().ok());
    let numbered = VARIABLES.iter().find_map(|(index, of)| Some((*index, number(index)?, number(of))));
    let found = match (flag.map(|flag| flag.split_once('/')), numbered) {
        // `/N`: how many there are; which of them this is, the environment says.
        (Some(Some(("", of))), Some((_, index, _))) => Some((index + 1, of.parse().unwrap_or(0))),
        (Some(Some((part, of))), _) => Some((part.parse().unwrap_or(0), of.parse().unwrap_or(0))),
        (Some(None), _) => Some((0, 0)),
        (None, Some((_, index, Some(of)))) => Some((index + 1, of)),
        (None, Some((name, ..))) => {
            say(format_args!("note: {name} is set, but not how many there are: use --shard /N"));
            None
        }
        (None, None) => None,
    };
    match found {
        Some((part, of)) if !(1..=of).contains(&part) => Err(Failure::usage(format!(
            "no shard {}: use --shard I/N, from 1/N to N/N, or --shard /N with the index from the environment",
            flag.map_or_else(|| format!("{part} of {of}"), |flag| format!("`{flag}`"))
        ))),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn shards_come_from_the_flag_or_from_what_numbers_jobs() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: &[(Option<&str>, Variables, Result<Part, ()>)] = &[
            (None, &[], Ok(None)),
            (Some("2/3"), &[], Ok(Some((2, 3)))),
            (Some("2/3"), &[("TEST_SHARD_INDEX", "0"), ("TEST_TOTAL_SHARDS", "9")], Ok(Some((2, 3)))),
            (None, &[("TEST_SHARD_INDEX", "0"), ("TEST_TOTAL_SHARDS", "9")], Ok(Some((1, 9)))),
            (
                None,
                &[("AWS_BATCH_JOB_ARRAY_INDEX", "4"), ("AWS_BATCH_JOB_ARRAY_SIZE", "5")],
                Ok(Some((5, 5))),
            ),
            (Some("/4"), &[("JOB_COMPLETION_INDEX", "3")], Ok(Some((4, 4)))),
            (None, &[("JOB_COMPLETION_INDEX", "3")], Ok(None)),
            (Some("/4"), &[("JOB_COMPLETION_INDEX", "4")], Err(())),
            (Some("/4"), &[], Err(())),
            (Some("0/4"), &[], Err(())),
            (Some("5/4"), &[], Err(())),
            (Some("half"), &[], Err(())),
        ];
        for (flag, variables, expected) in cases {
            let variable = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(part(*flag, &variable).map_err(drop), *expected, "{flag:?} {variables:?}");
        }
    }
}
