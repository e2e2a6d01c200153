//! What the driver does inside the client: an interceptor that puts the input
//! in its place, and a sleep that knows whose sleep it is.
//!
//! The SDK has no way from an input to a call but the fluent builder's setters.
//! So a call is sent with an empty builder, and the input is exchanged before
//! it is serialized. The interceptor belongs to the client, not to the
//! operation: it must run before the one that fills in idempotency tokens.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use sdk::config::interceptors::{
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use sdk::config::{AsyncSleep, ConfigBag, Intercept, RuntimeComponents, Sleep};
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Puts an input where the SDK has an empty one, or one with a page's token.
pub type Place = Arc<dyn Fn(&mut Input) + Send + Sync>;

/// Where an execution is, which tells whose sleep it is.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    /// No execution: a waiter sleeps between polls.
    Idle,
    /// Before the first attempt or between two: back-off.
    Between,
    /// Within an attempt: time-outs.
    Attempt,
}

struct State {
    place: Option<Place>,
    phase: Phase,
    delay: Duration,
    polls_left: usize,
    closed: bool,
}

/// What one client's interceptor and sleep share.
pub struct Hooks {
    longest: Duration,
    used_up: Notify,
    state: Mutex<State>,
}

impl Hooks {
    /// `longest` bounds back-off.
    pub fn new(longest: Duration) -> Self {
        let state = State {
            place: None,
            phase: Phase::Idle,
            delay: Duration::ZERO,
            polls_left: usize::MAX,
            closed: false,
        };
        Self { longest, used_up: Notify::new(), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a run: its input, or none where the SDK's empty one is meant.
    pub fn replace(&self, place: Option<Place>) {
        let mut state = self.state();
        state.place = place;
        state.phase = Phase::Idle;
        state.closed = false;
    }

    /// Begins a wait: its delay, and how many polls it has.
    pub fn poll(&self, delay: Duration, polls: usize) {
        let mut state = self.state();
        state.delay = delay;
        state.polls_left = polls;
    }

    /// Ends when a waiter wants to sleep after its last poll.
    pub async fn used_up(&self) {
        self.used_up.notified().await;
    }

    /// Lets no further execution begin.
    pub fn close(&self) {
        self.state().closed = true;
    }

    fn enter(&self, phase: Phase) {
        self.state().phase = phase;
    }

    /// How long a sleep lasts; none where it has no end.
    fn pace(&self, asked: Duration) -> Option<Duration> {
        let state = self.state();
        match state.phase {
            Phase::Attempt => Some(asked),
            Phase::Between => Some(asked.min(self.longest)),
            Phase::Idle if state.polls_left == 0 => None,
            Phase::Idle => Some(state.delay),
        }
    }
}

/// The client's interceptor.
pub struct Interceptor(pub Arc<Hooks>);

impl fmt::Debug for Interceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interceptor")
    }
}

impl Intercept for Interceptor {
    fn name(&self) -> &'static str {
        "driver"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut state = self.0.state();
        if state.closed {
            return Err("the driver asks for no more pages".into());
        }
        state.phase = Phase::Between;
        state.polls_left = state.polls_left.saturating_sub(1);
        Ok(())
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let place = self.0.state().place.clone();
        if let Some(place) = place {
            place(context.input_mut());
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.enter(Phase::Attempt);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.enter(Phase::Between);
        Ok(())
    }

    fn read_after_execution(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.enter(Phase::Idle);
        Ok(())
    }
}

/// The client's sleep.
pub struct Pace(pub Arc<Hooks>);

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pace")
    }
}

impl AsyncSleep for Pace {
    fn sleep(&self, asked: Duration) -> Sleep {
        match self.0.pace(asked) {
            Some(paced) => Sleep::new(tokio::time::sleep(paced)),
            None => {
                self.0.used_up.notify_one();
                Sleep::new(future::pending())
            }
        }
    }
}
