//! Answers and refusals in AWS' two dialects: JSON 1.1 for SSM and KMS, XML for STS.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::faults::Fault;

/// Why a request is refused, with the code of its own dialect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl Problem {
    /// A refusal with status 400, as nearly all of SSM's.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    /// The way AWS words a value that breaks a constraint.
    pub fn constraint(dialect: Dialect, field: &str, value: &str, must: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {must}"
        );
        let code = match dialect {
            Dialect::Json => "ValidationException",
            Dialect::Xml => "ValidationError",
        };
        Self::new(code, message)
    }

    /// What a fault says that says anything.
    pub fn of(fault: Fault, service: Service, operation: &str, arn: &str) -> Option<Self> {
        let json = service.dialect() == Dialect::Json;
        Some(match fault {
            Fault::Throttled => Self::new(if json { "ThrottlingException" } else { "Throttling" }, "Rate exceeded"),
            Fault::Broken => Self {
                status: 500,
                code: if json { "InternalServerError" } else { "InternalFailure" },
                message: "An error occurred on the server side. (AWS stand-in)".into(),
            },
            Fault::Denied => Self {
                status: if json { 400 } else { 403 },
                code: if json { "AccessDeniedException" } else { "AccessDenied" },
                message: denied(arn, service.name(), operation, None),
            },
            Fault::Expired => Self {
                status: if json { 400 } else { 403 },
                code: if json { "ExpiredTokenException" } else { "ExpiredToken" },
                message: "The security token included in the request is expired".into(),
            },
            Fault::DroppedBefore | Fault::DroppedAfter | Fault::SilentBefore | Fault::SilentAfter => return None,
        })
    }
}

/// The way AWS says that somebody may not do something.
pub(super) fn denied(arn: &str, service: &str, operation: &str, resource: Option<&str>) -> String {
    let on = resource.map_or_else(String::new, |resource| format!(" on resource: {resource}"));
    let why = if service == "sts" {
        String::new()
    } else {
        format!(" because no identity-based policy allows the {service}:{operation} action")
    };
    format!("User: {arn} is not authorized to perform: {service}:{operation}{on}{why}")
}

/// Whom a request is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Service {
    Ssm,
    Kms,
    Sts,
    /// The gateway of data channels.
    Messages,
}

impl Service {
    /// As signatures and policies call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::Kms => "kms",
            Self::Sts => "sts",
            Self::Messages => "ssmmessages",
        }
    }

    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Ssm | Self::Kms | Self::Messages => Dialect::Json,
            Self::Sts => Dialect::Xml,
        }
    }
}

/// Which of AWS' protocols is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    Json,
    Xml,
}

impl Dialect {
    /// An answer as it goes over the wire.
    pub fn answer(self, request_id: &str, said: Result<String, Problem>) -> Response<Full<Bytes>> {
        let (status, body) = match (said, self) {
            (Ok(body), _) => (200, body),
            (Err(problem), Self::Json) => {
                let body = json!({ "__type": problem.code, "message": problem.message });
                (problem.status, body.to_string())
            }
            (Err(problem), Self::Xml) => (problem.status, xml_error(request_id, &problem)),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = match self {
            Self::Json => "application/x-amz-json-1.1",
            Self::Xml => "text/xml",
        };
        for (name, value) in [("x-amzn-requestid", request_id), ("content-type", kind)] {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn xml_error(request_id: &str, problem: &Problem) -> String {
    let kind = if problem.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{STS}\"><Error><Type>{kind}</Type><Code>{}</Code><Message>{}</Message></Error>\
         <RequestId>{request_id}</RequestId></ErrorResponse>",
        problem.code,
        xml(&problem.message),
    )
}

/// STS' namespace.
pub(super) const STS: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// A text inside an XML element.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A page of things: those from where the token says, and the token for the rest.
pub(super) fn page<T>(
    all: Vec<T>,
    wanted: Option<usize>,
    most: usize,
    token: Option<&str>,
) -> Result<Page<T>, Problem> {
    let start = match token {
        None => 0,
        Some(token) => token
            .strip_prefix("page-")
            .and_then(|from| from.parse().ok())
            .filter(|from| *from <= all.len())
            .ok_or_else(|| Problem::new("InvalidNextToken", "The specified token isn't valid."))?,
    };
    let size = wanted.unwrap_or(most).min(most).max(1);
    let end = (start + size).min(all.len());
    let next = (end < all.len()).then(|| format!("page-{end}"));
    Ok((all.into_iter().skip(start).take(size).collect(), next))
}

/// Things, and the token for the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

/// An object without what is null in it: AWS leaves out what it does not know.
pub(super) fn object(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
