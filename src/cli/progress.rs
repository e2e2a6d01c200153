//! How far a run of checks is: a bar on a terminal, the plan alone elsewhere; and whether a driver is broken, while
//! there is time to do something about it.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use shapetape::check::verdict::{Event, Progress, Share, Verdict};

use super::term::say;

/// After so many cases in a row without an outcome a driver is told to be broken: each of them starts it again.
const IN_A_ROW: u64 = 20;

const TEMPLATE: &str = "{bar:30} {pos} of {len} cases {msg}";

/// What listens to the events of a run.
pub(crate) fn talk() -> impl Fn(Event) + Send + Sync {
    let terminal = std::io::stderr().is_terminal();
    let state = Mutex::new((ProgressBar::hidden(), Failing::default()));
    move |event| {
        let Ok(mut state) = state.lock() else { return };
        let (bar, failing) = &mut *state;
        match event {
            Event::Planned(planned) => {
                for told in planned.clients.iter().filter_map(left_out) {
                    say(format_args!("check: {told}"));
                }
                let time = duration(planned.seconds);
                say(format_args!("check: {} cases, about {time}", planned.cases));
                if terminal {
                    *bar = ProgressBar::new(planned.cases).with_message(format!("about {time}"));
                    bar.set_style(style());
                }
            }
            Event::Progress(progress) => {
                bar.set_position(progress.done);
                bar.set_message(told(&progress));
            }
            Event::Shrinking(one) if terminal => {
                if one.number == 1 && one.trials == 0 {
                    bar.finish_and_clear();
                    *bar = ProgressBar::new_spinner();
                }
                let (number, of, trials) = (one.number, one.of, one.trials);
                bar.set_message(format!("shrinking finding {number} of {of}: {trials} trials"));
                bar.tick();
            }
            Event::Shrinking(one) if one.number == 1 && one.trials == 0 => {
                say(format_args!("check: shrinking {} findings", one.of));
            }
            Event::Case { client, verdict, .. } => {
                if let Some(told) = failing.enter(&client, &verdict) {
                    bar.suspend(|| say(format_args!("check: {told}")));
                }
            }
            Event::Done(_) => bar.finish_and_clear(),
            Event::Finding(_) | Event::Shrinking(_) => {}
        }
    }
}

/// How many of the last cases of each client had no outcome.
#[derive(Default)]
struct Failing(BTreeMap<String, u64>);

impl Failing {
    /// Takes in how a case ended; what is to be told, once for each row of failures.
    fn enter(&mut self, client: &str, verdict: &Verdict) -> Option<String> {
        let Verdict::CouldNotRun(why) = verdict else {
            self.0.remove(client);
            return None;
        };
        let count = self.0.entry(client.to_owned()).or_default();
        *count += 1;
        (*count == IN_A_ROW).then(|| {
            format!(
                "{client} gave no outcome in {IN_A_ROW} cases in a row; the last: {why}\n\
                 hint: the run goes on, but starts the driver for every case; `shapetape driver doctor` says what is wrong"
            )
        })
    }
}

/// Which cases a client is not given for their timestamps; `None` where it gets all.
pub(crate) fn left_out(share: &Share) -> Option<String> {
    let Share { client, digits, too_fine, .. } = share;
    let why = format!("its timestamps hold {digits} decimals of a second, those of the inputs have more");
    (*too_fine > 0).then(|| format!("{client} is not given {too_fine} of the cases: {why}"))
}

fn style() -> ProgressStyle {
    // The template is a constant; a bar in the usual style is no loss.
    ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn told(progress: &Progress) -> String {
    format!("{:.0} cases/s, {} left", progress.rate, duration(progress.seconds_left))
}

/// `42 s`, `3 min 07 s`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
