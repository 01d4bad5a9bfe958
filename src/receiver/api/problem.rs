//! Every way to say no to whoever calls the API: a status, a code, words. Nothing that was sent is ever in them: of the engine's
//! words, which may repeat some of it, only those are handed on that don't.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use crate::link::Refusal;
use crate::receiver::answer;

/// Bytes of an error body.
const LONGEST: usize = 512;

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// `code_in_snake_case`.
    pub code: &'static str,
    /// What to do about it.
    pub message: String,
    /// Parameters of the query, or fields of the body, at fault: our own names for them.
    pub fields: Vec<&'static str>,
    /// Whole seconds after which it is worth another try.
    pub retry_after: Option<u64>,
    /// Some of the request is not read, so the connection can't be used again.
    pub closes: bool,
}

/// A row of the table of what may be said.
#[derive(Debug)]
pub struct Row {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    retry_after: Option<u64>,
}

macro_rules! rows {
    ($($name:ident $status:ident $code:literal $(again in $seconds:literal)? $message:literal;)*) => {
        $(#[doc = $message] pub const $name: Row = Row {
            status: StatusCode::$status, code: $code, message: $message, retry_after: rows!(@seconds $($seconds)?),
        };)*
        #[cfg(test)]
        const ROWS: &[&Row] = &[$(&$name),*];
    };
    (@seconds $seconds:literal) => { Some($seconds) };
    (@seconds) => { None };
}

rows! {
    TOKEN_MISSING     UNAUTHORIZED            "token_missing"          "Give a token as Authorization: Bearer; `alert-whisperer user token NAME` makes one.";
    TOKEN_REFUSED     UNAUTHORIZED            "token_refused"          "This token is not good here, or not any more.";
    SIGN_IN_LIMITED   TOO_MANY_REQUESTS       "too_many_sign_ins"      "Too many tokens from your address were refused; wait.";
    TOO_MANY_AT_ONCE  TOO_MANY_REQUESTS       "too_many_at_once"       again in 1 "You ask for too much at once; wait for the answers.";
    FORBIDDEN         FORBIDDEN               "forbidden"              "This is not yours, or it is not there.";
    ROLE              FORBIDDEN               "not_allowed"           "Your role, or your companies, are not enough for this.";
    NOT_THERE         NOT_FOUND               "not_found"              "There is no such thing.";
    NOT_ACCEPTABLE    NOT_ACCEPTABLE          "not_acceptable"         "Answers are application/json; accept that.";
    BODY_TOO_LARGE    PAYLOAD_TOO_LARGE       "body_too_large"         "The body is larger than 64 KiB.";
    BODY_TOO_SLOW     REQUEST_TIMEOUT         "body_too_slow"          "The body did not arrive in time.";
    BODY_BROKEN       BAD_REQUEST             "body_broken"            "The body did not arrive whole.";
    BODY_KIND         UNSUPPORTED_MEDIA_TYPE  "media_type_unsupported" "Send the body as application/json, without Content-Encoding.";
    NOT_JSON          BAD_REQUEST             "not_json"               "The body is not valid JSON.";
    BAD_BODY          UNPROCESSABLE_ENTITY    "bad_body"               "The body is not what docs/openapi.yaml describes.";
    BAD_PARAMETER     BAD_REQUEST             "bad_parameter"          "A parameter of the query is not what docs/openapi.yaml describes.";
    BAD_HEADER        BAD_REQUEST             "bad_header"             "A header is not what docs/openapi.yaml describes.";
    BAD_CURSOR        BAD_REQUEST             "bad_cursor"             "This cursor belongs to another list; begin without one.";
    BAD_QUERY         UNPROCESSABLE_ENTITY    "bad_query"              "The filter `q` can't be read; docs/filter.md describes it.";
    BAD_SETTING       UNPROCESSABLE_ENTITY    "bad_setting"            "A setting is not within its bounds.";
    KEY_REUSED        UNPROCESSABLE_ENTITY    "idempotency_key_reused" "This Idempotency-Key was used for another request.";
    KEY_BUSY          CONFLICT                "under_way"              again in 1 "The request with this Idempotency-Key is still under way.";
    CHANGED           PRECONDITION_FAILED     "changed_since"          "It has changed since; look at it as it is now, then try again.";
    REFUSED           CONFLICT                "refused"                "That can't be done as it is now.";
    PINNED            CONFLICT                "pinned"                 "This is set in the configuration file; change it there and restart.";
    NO_ACCOUNT        CONFLICT                "no_account"             "No AWS account is known for this company.";
    AWS_REFUSED       CONFLICT                "aws_refused"            "AWS does not let us, or not like this.";
    BUSY              TOO_MANY_REQUESTS       "busy"                   again in 1 "Too much is being asked at once; try again.";
    AWS_AWAY          SERVICE_UNAVAILABLE     "aws_unreachable"        again in 10 "AWS can't be reached now; try again.";
    UNAVAILABLE       SERVICE_UNAVAILABLE     "unavailable"            again in 5 "The engine can't do this now; nothing was changed; try again.";
    TOO_LONG          SERVICE_UNAVAILABLE     "timeout"                again in 5 "The engine takes too long; what was asked may still be done.";
    BROKEN            INTERNAL_SERVER_ERROR   "internal_error"         "Something went wrong here.";
}

impl From<&'static Row> for Problem {
    fn from(row: &'static Row) -> Self {
        Self {
            status: row.status,
            code: row.code,
            message: row.message.into(),
            fields: Vec::new(),
            retry_after: row.retry_after,
            closes: false,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [&'static str],
    request_id: &'a str,
}

impl Problem {
    /// A row, with our name for what is at fault.
    pub fn at(row: &'static Row, field: &'static str) -> Self {
        Self { fields: vec![field], ..row.into() }
    }

    /// A row, with the rest of the request unread.
    pub fn unread(row: &'static Row) -> Self {
        Self { closes: true, ..row.into() }
    }

    /// The engine's refusal. Its words are kept, unless they repeat one of the `given` texts.
    pub fn of(refusal: &Refusal, given: &[String]) -> Self {
        let row = row(&refusal.code);
        let problem = Self::from(row);
        let repeats = |text: &String| !text.is_empty() && refusal.message.contains(text.as_str());
        // Words for the command line are no help here.
        let fixed = matches!(row.status, StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE);
        if fixed || given.iter().any(repeats) {
            return problem;
        }
        Self { message: refusal.message.clone(), ..problem }
    }

    /// The answer.
    pub fn response(&self, request_id: &str) -> Response {
        let mut message = &*self.message;
        let json = loop {
            let body = Body { error: self.code, message, fields: &self.fields, request_id };
            let json = serde_json::to_vec(&body).unwrap_or_default();
            let over = json.len().saturating_sub(LONGEST);
            if over == 0 || message.is_empty() {
                break json;
            }
            // In JSON, a byte takes up to six: with a sixth less, it is not yet too short.
            let shorter = message.len().saturating_sub(over.div_ceil(6));
            message = &message[..message.floor_char_boundary(shorter)];
        };
        let mut response = answer::json(self.status, json);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The row for what the engine calls it.
fn row(code: &str) -> &'static Row {
    match code {
        "forbidden" => &ROLE,
        "bad_token" | "token_expired" | "token_revoked" | "not_in_the_book" => &TOKEN_REFUSED,
        "no_such_tenant" | "no_such_incident" | "no_such_alert" | "no_such_execution" | "no_such_session"
        | "no_such_person" | "no_such_token" | "no_recording" => &NOT_THERE,
        "bad_query" => &BAD_QUERY,
        "bad_setting" => &BAD_SETTING,
        "bad_input" | "no_such_runbook" | "no_such_source" | "bad_name" | "bad_person" | "too_many" => &BAD_BODY,
        "changed_since" => &CHANGED,
        "pinned" => &PINNED,
        "no_account" => &NO_ACCOUNT,
        "aws_denied" | "aws_no_such" | "aws_invalid" => &AWS_REFUSED,
        "busy" => &BUSY,
        "no_credentials" | "credentials_expired" | "aws_throttled" | "aws_unreachable" | "aws_failed" => &AWS_AWAY,
        "unavailable" | "tenant_stopped" | "behind" | "store_error" | "engine_gone" | "engine_failed"
        | "no_randomness" | "away" => &UNAVAILABLE,
        "not_a_question" | "not_here" => &BROKEN,
        // Whatever else the engine says is about how things are now: somebody was faster, it is over, it is offline.
        _ => &REFUSED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(problem: &Problem) -> serde_json::Value {
        let response = problem.response(&"x".repeat(64));
        let length: usize = response.headers()[header::CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
        assert!(length <= LONGEST, "{problem:?}: {length}");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX);
        serde_json::from_slice(&runtime.block_on(body).unwrap()).unwrap()
    }

    #[test]
    fn every_problem_is_short_and_has_its_words() {
        for row in ROWS {
            let problem = Problem { fields: vec!["time_window_minutes", "aggregation_key"], ..(*row).into() };
            assert_eq!(body(&problem)["message"], row.message);
            assert!(row.code.bytes().all(|c| c.is_ascii_lowercase() || c == b'_'));
        }
        let long = Problem { message: "\"ü\u{1b}".repeat(400), ..Problem::from(&REFUSED) };
        assert!(body(&long)["message"].as_str().unwrap().len() > 50);
    }

    #[test]
    fn the_engines_words_are_kept_unless_they_repeat_what_was_sent() {
        let refusal = Refusal::new("refused", "jonas was faster: acknowledged 3 s ago");
        let given = |text: &str| Problem::of(&refusal, &[text.to_owned(), String::new()]).message;
        assert_eq!(given("priya"), refusal.message);
        assert_eq!(given("jonas"), REFUSED.message);
    }
}
