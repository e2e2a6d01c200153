//! Which failures are worth another attempt, how many there may be, how long to sleep before them.
//!
//! The lists are those that botocore (`retries/standard.py`), smithy-typescript
//! (`service-error-classification/constants.ts`) and aws-runtime (`retries/classifiers.rs`) have in common.

use std::time::Duration;

use crate::api::model::Timestamp;
use crate::ground::clock::Time;
use crate::ground::exchange::Response;
use crate::protocol::ServiceError;

const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];
const TRANSIENT: [&str; 2] = ["RequestTimeout", "RequestTimeoutException"];
const TRANSIENT_STATUS: [u16; 4] = [500, 502, 503, 504];
/// The sender's clock is wrong for certain.
const SKEW: [&str; 3] = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
/// The sender's clock may be wrong.
const POSSIBLE_SKEW: [&str; 3] = ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"];
/// From here on a difference of clocks explains a refused signature: four minutes, one less than AWS allows.
const SKEW_THRESHOLD_MS: u64 = 4 * 60 * 1000;

/// What went wrong with an attempt.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt<'a> {
    /// The service's error, where one was read.
    pub error: Option<&'a ServiceError>,
    /// The response, where one came whole.
    pub response: Option<&'a Response>,
    /// The time that the attempt was signed with.
    pub signed_at: Time,
}

/// What another attempt needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Just another try.
    Again,
    /// A longer sleep first.
    SlowDown,
    /// The service's clock, so many milliseconds ahead of what the attempt was signed with.
    SetClock(i64),
}

/// What may help after a failed attempt; `None` where nothing does.
pub(super) fn remedy(fault: &FailedAttempt<'_>) -> Option<Remedy> {
    // Without a response the connection failed: it may hold next time.
    let Some(response) = fault.response else { return Some(Remedy::Again) };
    let code = fault.error.map_or("", |error| error.code.as_str());
    if let Some(skew) = skew(code, response, fault.signed_at) {
        return Some(Remedy::SetClock(skew));
    }
    if THROTTLING.contains(&code) || response.status == 429 {
        return Some(Remedy::SlowDown);
    }
    (TRANSIENT.contains(&code) || TRANSIENT_STATUS.contains(&response.status)).then_some(Remedy::Again)
}

/// How far the service's clock is ahead by the answer's `Date`; 0 where it is near enough or not told.
pub(super) fn far_ahead(response: &Response, signed_at: Time) -> i64 {
    ahead(response, signed_at).filter(|ahead| ahead.unsigned_abs() >= SKEW_THRESHOLD_MS).unwrap_or(0)
}

fn ahead(response: &Response, signed_at: Time) -> Option<i64> {
    let date = Timestamp::from_http_date(response.headers.get("date")?)?;
    date.seconds.checked_mul(1000)?.checked_sub(signed_at.0)
}

/// How far the service's clock is ahead, where that explains the error.
fn skew(code: &str, response: &Response, signed_at: Time) -> Option<i64> {
    if !SKEW.contains(&code) && !POSSIBLE_SKEW.contains(&code) {
        return None;
    }
    let skew = ahead(response, signed_at)?;
    (SKEW.contains(&code) || skew.unsigned_abs() >= SKEW_THRESHOLD_MS)
        .then_some(skew)
        .filter(|skew| *skew != 0)
}

/// How much retrying a client may do before its successes pay for more.
#[derive(Debug)]
pub(super) struct RetryQuota {
    left: u32,
}

const CAPACITY: u32 = 500;

impl Default for RetryQuota {
    fn default() -> RetryQuota {
        RetryQuota { left: CAPACITY }
    }
}

impl RetryQuota {
    /// Takes the cost of one more attempt, if it can be paid, and says what it was.
    pub(super) fn take(&mut self, remedy: Remedy) -> Option<u32> {
        let cost = if remedy == Remedy::SlowDown { 5 } else { 14 };
        self.left = self.left.checked_sub(cost)?;
        Some(cost)
    }

    /// A call that succeeded gives back what its last attempt cost, or a little where it needed no other.
    pub(super) fn give_back(&mut self, cost: Option<u32>) {
        self.left = CAPACITY.min(self.left + cost.unwrap_or(1));
    }
}

/// The sleep before the attempt after `attempt`: exponential, with a jitter from 0 to 1, never above `most`.
pub(super) fn delay(remedy: Remedy, attempt: u32, jitter: f64, most: Duration) -> Duration {
    let base = if remedy == Remedy::SlowDown { 1.0 } else { 0.05 };
    let seconds = (base * 2f64.powi(attempt.saturating_sub(1).min(30) as i32)).min(20.0);
    Duration::from_secs_f64(seconds * jitter.clamp(0.0, 1.0)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_700_000_000_000);

    fn remedy_of(status: u16, code: &str, date: Option<&str>) -> Option<Remedy> {
        let mut response = Response::new(status, "");
        if let Some(date) = date {
            response.headers.push("Date", date);
        }
        let error = ServiceError::new(status, code, "");
        remedy(&FailedAttempt { error: Some(&error), response: Some(&response), signed_at: NOW })
    }

    #[test]
    fn each_failure_has_its_remedy_or_none() {
        let in_an_hour = Some("Tue, 14 Nov 2023 23:13:20 GMT");
        let in_a_minute = Some("Tue, 14 Nov 2023 22:14:20 GMT");
        for (status, code, date, expected) in [
            (400, "ThrottlingException", None, Some(Remedy::SlowDown)),
            (400, "PriorRequestNotComplete", None, Some(Remedy::SlowDown)),
            (429, "429", None, Some(Remedy::SlowDown)),
            (400, "RequestTimeout", None, Some(Remedy::Again)),
            (503, "ServiceUnavailable", None, Some(Remedy::Again)),
            (500, "ThrottlingException", None, Some(Remedy::SlowDown)),
            (400, "InternalError", None, None),
            (400, "ValidationException", in_an_hour, None),
            (501, "NotImplemented", None, None),
            (505, "505", None, None),
            (408, "408", None, None),
            (301, "301", None, None),
            (400, "InvalidSignatureException", in_an_hour, Some(Remedy::SetClock(3_600_000))),
            (403, "SignatureDoesNotMatch", in_a_minute, None),
            (403, "SignatureDoesNotMatch", None, None),
            (400, "RequestTimeTooSkewed", in_a_minute, Some(Remedy::SetClock(60_000))),
            (400, "RequestExpired", Some("yesterday"), None),
        ] {
            assert_eq!(remedy_of(status, code, date), expected, "{status} {code} {date:?}");
        }
        assert_eq!(
            remedy(&FailedAttempt { error: None, response: None, signed_at: NOW }),
            Some(Remedy::Again),
            "no response"
        );
    }

    #[test]
    fn a_quota_runs_dry_and_fills_up_by_success() {
        let mut quota = RetryQuota::default();
        assert_eq!((0..).take_while(|_| quota.take(Remedy::Again).is_some()).count(), 35);
        assert_eq!(quota.take(Remedy::SlowDown), Some(5));
        assert_eq!(quota.take(Remedy::SlowDown), Some(5));
        assert_eq!(quota.take(Remedy::SlowDown), None);
        quota.give_back(Some(14));
        assert_eq!(quota.take(Remedy::Again), Some(14));
        (0..1000).for_each(|_| quota.give_back(None));
        assert_eq!(quota.left, CAPACITY);
    }

    #[test]
    fn sleeps_grow_and_are_bounded() {
        let most = Duration::from_secs(60);
        assert_eq!(delay(Remedy::Again, 1, 1.0, most), Duration::from_millis(50));
        assert_eq!(delay(Remedy::Again, 3, 0.5, most), Duration::from_millis(100));
        assert_eq!(delay(Remedy::SlowDown, 40, 1.0, most), Duration::from_secs(20));
        assert_eq!(delay(Remedy::SlowDown, 2, 1.0, Duration::from_millis(20)), Duration::from_millis(20));
    }
}
