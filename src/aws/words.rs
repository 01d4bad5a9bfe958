//! Failures in words for people: what happened, and what to mend in whose account.

use super::cause::{Cause, DENIED, What};
use super::place::Place;
use super::{AwsError, Kind};

/// Where a request went, and as whom.
pub(super) enum Where<'a> {
    /// To STS, as ourselves.
    Ours,
    /// To STS, as ourselves, to be let into a tenant's account. With the ARN of our own identity, if that is known.
    Door(&'a Place, Option<&'a str>),
    /// Into a tenant's account, as its role.
    Theirs(&'a Place),
}

/// What AWS calls its "not so fast".
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "RateExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
];

/// What stands for failures on AWS' side, whatever their HTTP status.
const FAILED: &[&str] =
    &["InternalServerError", "InternalFailure", "InternalError", "ServiceUnavailable", "ServiceUnavailableException"];

impl Cause {
    /// The error of a request for `action` (`ssm:SendCommand`).
    pub(super) fn words(self, action: &str, place: &Where<'_>) -> AwsError {
        let (kind, message) = match &self.what {
            What::NotMade(why) => (Kind::Invalid, format!("{action} could not be asked for: {why}")),
            What::NoCredentials(why) => no_credentials(why),
            What::NoCredentialsInTime => (
                Kind::NoCredentials,
                "where our own AWS credentials come from (single sign-on, a process, the metadata service) did not answer in \
                 time"
                    .into(),
            ),
            What::NotConnected(why) => (
                Kind::Unreachable,
                format!(
                    "{} cannot be reached ({why}); look at this machine's network, proxy and name resolution{}",
                    place.server(action),
                    place.region().map_or_else(String::new, |region| format!(", and whether {region} is a region"))
                ),
            ),
            What::NoAnswer => (Kind::Silent, format!("{} did not answer in time", place.server(action))),
            What::Broken(why) => (
                Kind::Silent,
                format!("the connection to {} broke before its answer ({why})", place.server(action)),
            ),
            What::Unreadable { status } if *status >= 500 => (Kind::Server, place.failed(action, *status)),
            What::Unreadable { status } => (
                Kind::Silent,
                format!(
                    "{} sent an answer that is none of AWS (HTTP status {status}); is there a proxy in between?",
                    place.server(action)
                ),
            ),
            What::Refused { status, code, said } => refused(action, place, *status, code, said),
        };
        AwsError { kind, message, request_id: self.request_id }
    }
}

fn no_credentials(why: &str) -> (Kind, String) {
    if why.to_ascii_lowercase().contains("expired") {
        return (
            Kind::Expired,
            format!("our own AWS credentials have expired; sign in anew, for example with `aws sso login` ({why})"),
        );
    }
    (
        Kind::NoCredentials,
        format!(
            "there are no AWS credentials of our own; give the engine a profile ([aws] profile = \"…\" in the configuration, \
             or AWS_PROFILE), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or an instance role ({why})"
        ),
    )
}

fn refused(action: &str, place: &Where<'_>, status: u16, code: &str, said: &str) -> (Kind, String) {
    let quote = if said.is_empty() { code.to_owned() } else { format!("{code}: {said}") };
    if THROTTLED.contains(&code) || status == 429 {
        return (Kind::Throttled, format!("{} asks to go slower ({code})", place.server(action)));
    }
    if FAILED.contains(&code) || status >= 500 {
        return (Kind::Server, place.failed(action, status));
    }
    match code {
        _ if DENIED.contains(&code) => (Kind::Denied, place.denied(action, &quote)),
        "ExpiredToken" | "ExpiredTokenException" => (Kind::Expired, place.expired()),
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "MissingAuthenticationToken" => place.unknown(&quote),
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "RequestExpired" | "RequestTimeTooSkewed" => (
            Kind::NoCredentials,
            format!(
                "AWS does not take our signature: is this machine's clock right, and the secret access key? ({quote})"
            ),
        ),
        "RegionDisabledException" => (
            Kind::Denied,
            format!("STS is not active in this region for our own account; activate it there, in IAM ({quote})"),
        ),
        "InvocationDoesNotExist" => {
            (Kind::NotThereYet, "AWS does not show that machine's part of the command yet".into())
        }
        "InvalidCommandId" => (Kind::NoSuch, format!("there is no such command in {}", place.shown())),
        "InvalidInstanceId" => (
            Kind::NoSuch,
            format!(
                "one of the machines is not managed in {}: its agent does not run or is not registered, its instance \
                 profile lacks AmazonSSMManagedInstanceCore, or it is in another region or account ({quote})",
                place.shown()
            ),
        ),
        "InvalidDocument" | "InvalidDocumentVersion" => (
            Kind::NoSuch,
            format!("there is no such document, or no such version of it, in {} ({quote})", place.shown()),
        ),
        _ => (Kind::Invalid, format!("AWS does not take {action} as it is (HTTP status {status}, {quote})")),
    }
}

impl Where<'_> {
    /// Whom a request for `action` goes to.
    fn server(&self, action: &str) -> String {
        let service = if action.starts_with("sts:") { "AWS STS" } else { "AWS Systems Manager" };
        self.region().map_or_else(|| service.into(), |region| format!("{service} in {region}"))
    }

    /// Where the tenant's machines are; of our own requests it is not told which region they go to.
    fn region(&self) -> Option<&str> {
        match self {
            Self::Theirs(place) => Some(&place.region),
            Self::Ours | Self::Door(..) => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Theirs(place) | Self::Door(place, _) => {
                format!("{} of account {} ({})", place.region, place.account_id, place.tenant)
            }
            Self::Ours => "our own account".into(),
        }
    }

    fn failed(&self, action: &str, status: u16) -> String {
        format!("{} failed (HTTP status {status}); that is AWS' to mend", self.server(action))
    }

    fn denied(&self, action: &str, quote: &str) -> String {
        match self {
            Self::Ours => format!("AWS does not let our own identity ask {action} ({quote})"),
            Self::Door(place, caller) => format!(
                "{} is not let into account {} of {}. In that account, the trust policy of {} must allow it sts:AssumeRole \
                 with this tenant's external id, and sts:TagSession; in our own account, it must be allowed both on that \
                 role. `alert-whisperer check` prints the policies ({quote})",
                caller.unwrap_or("our own identity"),
                place.account_id,
                place.tenant,
                place.role_arn,
            ),
            Self::Theirs(place) => format!(
                "{} may not {action} in account {} of {}: that account must add it to the role's permission policy, which \
                 `alert-whisperer check` prints ({quote})",
                place.role_arn, place.account_id, place.tenant,
            ),
        }
    }

    fn expired(&self) -> String {
        match self {
            Self::Ours | Self::Door(..) => {
                "our own AWS credentials have expired; sign in anew, for example with `aws sso login`".into()
            }
            Self::Theirs(place) => format!(
                "the credentials of {} have expired before their time; is this machine's clock right? Ask again to get new \
                 ones",
                place.role_arn
            ),
        }
    }

    fn unknown(&self, quote: &str) -> (Kind, String) {
        match self {
            Self::Ours | Self::Door(..) => (
                Kind::NoCredentials,
                format!("AWS does not know our own access key: deleted, inactive or mistyped ({quote})"),
            ),
            Self::Theirs(place) => (
                Kind::Denied,
                format!(
                    "{} does not know the credentials that account {} of {} gave us: is the region enabled in that account, \
                     and right? ({quote})",
                    place.region, place.account_id, place.tenant,
                ),
            ),
        }
    }
}
