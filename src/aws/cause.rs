//! Why a request failed: what the SDK says, reduced to what matters. Putting it into words is left to `words`.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// How AWS says no to somebody whom it knows.
pub(super) const DENIED: &[&str] = &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
/// As much of a text of AWS is quoted.
const QUOTED: usize = 400;

/// Why a request failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Cause {
    pub(super) what: What,
    /// AWS' id of the request, if it answered.
    pub(super) request_id: Option<String>,
}

/// What happened to the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// It was never made: what it was to be made of can't be.
    NotMade(String),
    /// Our own credentials were not found.
    NoCredentials(String),
    /// Where our own credentials come from did not answer.
    NoCredentialsInTime,
    /// No connection came about, so nothing was sent.
    NotConnected(String),
    /// It was sent, or some of it; no answer came in time.
    NoAnswer,
    /// It was sent, or some of it; then the connection broke.
    Broken(String),
    /// There was an answer that can't be read.
    Unreadable {
        /// HTTP's.
        status: u16,
    },
    /// AWS says no.
    Refused {
        /// HTTP's.
        status: u16,
        /// AWS' word for it; empty when there is none.
        code: String,
        /// AWS' sentence.
        said: String,
    },
}

impl Cause {
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let raw = error.raw_response();
        let header = |name| raw.and_then(|raw| raw.headers().get(name)).map(quoted);
        let status = raw.map_or(0, |raw| raw.status().as_u16());
        let what = match error {
            SdkError::TimeoutError(_) => What::NoAnswer,
            SdkError::ResponseError(_) => What::Unreadable { status },
            SdkError::ServiceError(answer) => What::Refused {
                status,
                code: answer.err().code().map(quoted).unwrap_or_default(),
                said: answer.err().message().map(quoted).unwrap_or_default(),
            },
            _ => Self::before_an_answer(error),
        };
        // STS has it in the body too, but all services have it here.
        Self { what, request_id: header("x-amzn-requestid").or_else(|| header("x-amz-request-id")) }
    }

    /// AWS knows who asks, and says no.
    pub(super) fn is_denial(&self) -> bool {
        matches!(&self.what, What::Refused { code, .. } if DENIED.contains(&code.as_str()))
    }

    fn before_an_answer<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> What {
        if let Some(credentials) = find::<CredentialsError>(error) {
            return match credentials {
                CredentialsError::ProviderTimedOut(_) => What::NoCredentialsInTime,
                other => What::NoCredentials(root(other)),
            };
        }
        match error {
            SdkError::ConstructionFailure(_) => What::NotMade(root(error)),
            SdkError::DispatchFailure(failure) if failure.is_user() => What::NotMade(root(error)),
            // Only this says for sure that nothing was sent.
            _ if find::<hyper_util::client::legacy::Error>(error).is_some_and(|error| error.is_connect()) => {
                What::NotConnected(root(error))
            }
            SdkError::DispatchFailure(failure) if failure.is_timeout() => What::NoAnswer,
            _ => What::Broken(root(error)),
        }
    }
}

/// An error and its sources, from the outside in.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// The first of its kind among an error and its sources.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What the innermost source says: those around it only say that something failed.
fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).map_or_else(String::new, |text| quoted(&text))
}

/// One line, not too long.
fn quoted(text: &str) -> String {
    let line = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().map(line).take(QUOTED).collect()
}
