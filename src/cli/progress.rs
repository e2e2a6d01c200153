//! How far a run of checks is: a bar on a terminal, the plan alone elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use shapetape::verdict::{Event, Progress, Share};

use super::term::say;

const TEMPLATE: &str = "{bar:30} {pos} of {len} cases {msg}";

/// What listens to the events of a run.
pub(crate) fn talk() -> impl Fn(Event) + Send + Sync {
    let terminal = std::io::stderr().is_terminal();
    let bar = Mutex::new(ProgressBar::hidden());
    move |event| {
        let Ok(mut bar) = bar.lock() else { return };
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
            Event::Done(_) => bar.finish_and_clear(),
            Event::Case { .. } | Event::Finding(_) | Event::Shrinking(_) => {}
        }
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
