//! Who hears how each call to AWS ended, to count it. Nothing of the call itself is told.

use std::fmt;
use std::sync::Arc;

use super::{AwsError, Kind};

/// Hears of each call's end: the service, and the outcome, both in fixed words.
#[derive(Clone, Default)]
pub struct Heard(Option<Arc<Listener>>);

type Listener = dyn Fn(&'static str, &'static str) + Send + Sync;

impl Heard {
    /// Has `hear` called.
    pub fn by(hear: impl Fn(&'static str, &'static str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hear)))
    }

    /// A call has ended. `action` is `service:Operation`, as in a policy.
    pub(super) fn ended<T>(&self, action: &str, answer: Result<&T, &AwsError>) {
        if let Some(hear) = &self.0 {
            hear(service(action), outcome(answer.err().map(|error| error.kind)));
        }
    }
}

fn service(action: &str) -> &'static str {
    match action.split_once(':') {
        Some(("ssm", _)) => "ssm",
        Some(("sts", _)) => "sts",
        Some(("kms", _)) => "kms",
        _ => "other",
    }
}

fn outcome(kind: Option<Kind>) -> &'static str {
    match kind {
        None => "ok",
        Some(Kind::NoCredentials | Kind::Expired) => "no_credentials",
        Some(Kind::Denied | Kind::NoAccount) => "denied",
        Some(Kind::Throttled) => "throttled",
        Some(Kind::Unreachable) => "unreachable",
        Some(Kind::Silent) => "silent",
        Some(Kind::Server) => "server_error",
        Some(Kind::NotThereYet | Kind::NoSuch | Kind::NotConnected | Kind::Invalid) => "refused",
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "somebody" } else { "nobody" })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_call_is_heard_of_in_fixed_words() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let telling = heard.clone();
        let ears = Heard::by(move |service, outcome| telling.lock().unwrap().push((service, outcome)));
        ears.ended("ssm:SendCommand", Ok(&()));
        ears.ended::<()>("sts:AssumeRole", Err(&AwsError::new(Kind::Denied, "the words of AWS")));
        ears.ended::<()>("what\"}:X", Err(&AwsError::new(Kind::Throttled, "")));
        assert_eq!(*heard.lock().unwrap(), [("ssm", "ok"), ("sts", "denied"), ("other", "throttled")]);
        Heard::default().ended("ssm:SendCommand", Ok(&()));
    }
}
