//! How a scenario that is being performed is told to end early.

use tokio::sync::watch;

/// How soon it is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not at all.
    None,
    /// After the call under way and the `finally` steps.
    Orderly,
    /// At once; nothing more is called.
    AtOnce,
}

/// Tells a scenario to end early.
#[derive(Debug)]
pub struct Interrupter(watch::Sender<Urgency>);

impl Interrupter {
    /// Makes it more urgent; it never becomes less.
    pub fn interrupt(&self, urgency: Urgency) {
        self.0.send_if_modified(|now| {
            let more = urgency > *now;
            *now = urgency.max(*now);
            more
        });
    }
}

/// The scenario's side of it.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<Urgency>);

impl Interrupt {
    /// Both sides.
    pub fn pair() -> (Interrupter, Interrupt) {
        let (sender, receiver) = watch::channel(Urgency::None);
        (Interrupter(sender), Interrupt(receiver))
    }

    /// One that never comes.
    pub fn never() -> Interrupt {
        Interrupt::pair().1
    }

    /// How urgent it is now.
    pub fn urgency(&self) -> Urgency {
        *self.0.borrow()
    }

    /// Waits until it is as urgent as that: for ever if nobody can interrupt any more.
    pub(super) async fn reached(&self, urgency: Urgency) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|now| *now >= urgency).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
