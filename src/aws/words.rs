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
const FAILED: &[&str] = &[
    "InternalServerError",
    "InternalFailure",
    "InternalError",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "KMSInternalException",
    "DependencyTimeoutException",
];

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
            What::Unreadable { status } => place.unreadable(action, *status),
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
        "" => place.unreadable(action, status),
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
        "TargetNotConnected" => (
            Kind::NotConnected,
            format!(
                "the machine is not connected to Session Manager in {}: its agent does not run or is too old, it cannot \
                 reach ssmmessages, its instance profile lacks AmazonSSMManagedInstanceCore, or it is in another region \
                 ({quote})",
                place.shown()
            ),
        ),
        "DoesNotExistException" => (Kind::NoSuch, format!("there is no such session in {}: it is over", place.shown())),
        _ if action.starts_with("kms:") => place.unusable_key(&quote),
        _ => (Kind::Invalid, format!("AWS does not take {action} as it is (HTTP status {status}, {quote})")),
    }
}

impl Where<'_> {
    /// Whom a request for `action` goes to.
    fn server(&self, action: &str) -> String {
        let service = match action.split_once(':') {
            Some(("sts", _)) => "AWS STS",
            Some(("kms", _)) => "AWS KMS",
            _ => "AWS Systems Manager",
        };
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

    /// Whoever sent this is not AWS, so nobody knows what AWS did.
    fn unreadable(&self, action: &str, status: u16) -> (Kind, String) {
        if status >= 500 {
            return (Kind::Server, self.failed(action, status));
        }
        let server = self.server(action);
        let why =
            format!("what {server} sent is no answer of AWS (HTTP status {status}); is there a proxy in between?");
        (Kind::Silent, why)
    }

    fn denied(&self, action: &str, quote: &str) -> String {
        match self {
            Self::Ours => format!("AWS does not let our own identity ask {action} ({quote})"),
            Self::Door(place, caller) => format!(
                "{} is not let into account {} of {}. In that account, the trust policy of {} must allow it sts:AssumeRole \
                 with this tenant's external id, and sts:TagSession; in our own account, it must be allowed both on that \
                 role. `alert-whisperer tenant verify {}` prints the policies ({quote})",
                caller.unwrap_or("our own identity"),
                place.account_id,
                place.tenant,
                place.role_arn,
                place.tenant,
            ),
            Self::Theirs(place) if action.starts_with("kms:") => format!(
                "sessions of account {} of {} are encrypted, and {} may not use the key: that account must allow it \
                 kms:GenerateDataKey in the role's permission policy, which `alert-whisperer tenant verify {}` prints, and \
                 in the policy of the key ({quote})",
                place.account_id, place.tenant, place.role_arn, place.tenant,
            ),
            Self::Theirs(place) => format!(
                "{} may not {action} in account {} of {}: that account must add it to the role's permission policy, which \
                 `alert-whisperer tenant verify {}` prints ({quote})",
                place.role_arn, place.account_id, place.tenant, place.tenant,
            ),
        }
    }

    /// Named by the preferences of Session Manager in the tenant's account, which only that account can change.
    fn unusable_key(&self, quote: &str) -> (Kind, String) {
        let why = format!(
            "sessions in {} are encrypted, and the key that its Session Manager preferences name cannot be used: it is \
             disabled, deleted, in another region, or not for encryption ({quote})",
            self.shown()
        );
        (Kind::Invalid, why)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            tenant: "comp_acme".parse().unwrap(),
            account_id: "123456789012".into(),
            role_arn: "arn:aws:iam::123456789012:role/Name".into(),
            external_id: "planted-external".into(),
            region: "us-east-1".into(),
        }
    }

    fn refused(status: u16, code: &str) -> Cause {
        Cause {
            what: What::Refused { status, code: code.into(), said: "Said.".into() },
            request_id: Some("r-1".into()),
        }
    }

    #[test]
    fn every_code_has_its_kind() {
        let place = place();
        #[rustfmt::skip]
        let table = [
            (400, "ThrottlingException", Kind::Throttled),
            (503, "SlowDown", Kind::Throttled),
            (429, "", Kind::Throttled),
            (500, "InternalServerError", Kind::Server),
            (400, "InternalServerError", Kind::Server),
            (503, "", Kind::Server),
            (200, "", Kind::Silent),
            (400, "AccessDeniedException", Kind::Denied),
            (400, "ExpiredTokenException", Kind::Expired),
            (400, "UnrecognizedClientException", Kind::Denied),
            (403, "RegionDisabledException", Kind::Denied),
            (400, "InvalidSignatureException", Kind::NoCredentials),
            (400, "InvocationDoesNotExist", Kind::NotThereYet),
            (400, "InvalidCommandId", Kind::NoSuch),
            (400, "InvalidInstanceId", Kind::NoSuch),
            (400, "InvalidDocument", Kind::NoSuch),
            (400, "InvalidDocumentVersion", Kind::NoSuch),
            (400, "InvalidParameters", Kind::Invalid),
            (400, "UnsupportedPlatformType", Kind::Invalid),
            (400, "ValidationException", Kind::Invalid),
            (400, "TargetNotConnected", Kind::NotConnected),
            (400, "DoesNotExistException", Kind::NoSuch),
            (418, "SomethingNew", Kind::Invalid),
        ];
        for (status, code, kind) in table {
            let error = refused(status, code).words("ssm:SendCommand", &Where::Theirs(&place));
            assert_eq!(error.kind, kind, "{status} {code}: {error}");
            assert_eq!(error.request_id.as_deref(), Some("r-1"));
            assert!(!error.message.contains("planted-external"), "{error}");
        }
        assert_eq!(
            refused(403, "InvalidClientTokenId").words("sts:AssumeRole", &Where::Door(&place, None)).kind,
            Kind::NoCredentials
        );
        assert_eq!(
            refused(403, "ExpiredToken").words("sts:AssumeRole", &Where::Door(&place, None)).kind,
            Kind::Expired
        );
    }

    #[test]
    fn a_key_that_cannot_be_used_is_the_clients_to_mend() {
        let place = place();
        let words = |code| refused(400, code).words("kms:GenerateDataKey", &Where::Theirs(&place));
        for code in ["NotFoundException", "DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"] {
            let error = words(code);
            assert_eq!(error.kind, Kind::Invalid);
            assert!(error.message.contains("Session Manager preferences") && error.message.contains(code), "{error}");
        }
        let denied = words("AccessDeniedException");
        assert_eq!(denied.kind, Kind::Denied);
        for part in ["kms:GenerateDataKey", "policy of the key", "tenant verify comp_acme"] {
            assert!(denied.message.contains(part), "{denied}");
        }
        assert_eq!(words("DependencyTimeoutException").kind, Kind::Server);
        assert!(words("ThrottlingException").message.starts_with("AWS KMS in us-east-1"));
    }

    #[test]
    fn credentials_that_expired_are_told_from_those_that_never_were() {
        let words = |what| Cause { what, request_id: None }.words("sts:GetCallerIdentity", &Where::Ours);
        let expired = words(What::NoCredentials("the SSO token has expired".into()));
        assert_eq!(expired.kind, Kind::Expired);
        assert!(expired.message.contains("aws sso login"), "{expired}");
        let none = words(What::NoCredentials("no providers in chain provided credentials".into()));
        assert_eq!(none.kind, Kind::NoCredentials);
        for part in ["AWS_PROFILE", "[aws] profile", "instance role"] {
            assert!(none.message.contains(part), "{none}");
        }
    }

    #[test]
    fn a_mistyped_region_is_thought_of() {
        let cause = Cause { what: What::NotConnected("no such host".into()), request_id: None };
        let error = cause.words("ssm:ListCommands", &Where::Theirs(&Place { region: "us-esat-1".into(), ..place() }));
        assert_eq!(error.kind, Kind::Unreachable);
        assert!(error.message.contains("whether us-esat-1 is a region"), "{error}");
    }
}
