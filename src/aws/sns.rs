//! What is at Amazon SNS for whoever knows where: the certificates that it signs with, and the confirming of subscriptions. No
//! credentials are sent; nothing is followed elsewhere; a few KiB are read.

use std::net::IpAddr;

use hyper::Uri;

use super::way::Bundle;
use super::{Aws, AwsError, Kind};
use crate::core::sns::Address;

/// Bytes of an answer: a certificate has two KiB, a confirmation less.
const LONGEST: usize = 32 * 1_024;
/// Characters of AWS' own words that are passed on.
const WORDS: usize = 200;

impl Aws {
    /// What is at an address of SNS. Where the configuration has a stand-in for AWS on this machine, it is asked of that.
    ///
    /// # Errors
    /// When it can't be reached, or answers otherwise than with what was asked for.
    pub async fn fetch(&self, at: &Address) -> Result<Vec<u8>, AwsError> {
        let host = at.host();
        let failed = |kind, why: String| AwsError::new(kind, format!("Amazon SNS ({host}): {why}"));
        let options = &self.shared.options;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.timeouts.connect)
            .timeout(options.timeouts.attempt);
        let stand_in = options.endpoint_url.as_deref().and_then(on_this_machine);
        if stand_in.is_some() || options.keys.is_some() {
            http = http.no_proxy();
        }
        if options.keys.is_none()
            && let Some(bundle) = Bundle::of_environment()?
        {
            let more = reqwest::Certificate::from_pem_bundle(bundle.pem());
            http = http.tls_certs_merge(more.map_err(|error| failed(Kind::Unreachable, error.to_string()))?);
        }
        let http = http.build().map_err(|error| failed(Kind::Unreachable, error.without_url().to_string()))?;
        let request = match stand_in {
            Some(stand_in) => http.get(format!("{stand_in}{}", at.path())).header("Host", host),
            None => http.get(at.url()).header("Accept", "*/*"),
        };
        let lost = |error: reqwest::Error| {
            let kind = if error.is_timeout() { Kind::Silent } else { Kind::Unreachable };
            failed(kind, plain(&error.without_url()))
        };
        let mut answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(lost)? {
            body.extend_from_slice(&piece);
            if body.len() > LONGEST {
                return Err(failed(Kind::Server, "the answer is longer than it can be".into()));
            }
        }
        match status.as_u16() {
            200 => Ok(body),
            code => {
                let kind = if status.is_server_error() { Kind::Server } else { Kind::Invalid };
                Err(failed(kind, format!("{code}{}", said(&body))))
            }
        }
    }
}

/// What lies beneath an error says more than the error.
fn plain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut beneath = std::error::Error::source(error);
    while let Some(cause) = beneath {
        words = cause.to_string();
        beneath = cause.source();
    }
    words
}

/// AWS' own words for what is wrong.
fn said(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let message = text.split_once("<Message>").and_then(|(_, rest)| rest.split_once("</Message>"));
    let words: String =
        message.map_or("", |(message, _)| message).chars().filter(|c| !c.is_control()).take(WORDS).collect();
    if words.is_empty() { words } else { format!(", {words}") }
}

/// The address, when nothing but this machine is behind it: AWS' own would be anybody's elsewhere.
fn on_this_machine(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    here.then(|| format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority().map_or("", |at| at.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_stand_in_on_this_machine_is_asked_instead_of_aws() {
        for (url, expected) in [
            ("http://127.0.0.1:5000", Some("http://127.0.0.1:5000")),
            ("http://[::1]:5000/x", Some("http://[::1]:5000")),
            ("https://localhost:4566/", Some("https://localhost:4566")),
            ("https://sns.example", None),
            ("http://127.0.0.1.example:80", None),
            ("http://10.0.0.1", None),
            ("nonsense", None),
        ] {
            assert_eq!(on_this_machine(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn aws_own_words_are_passed_on_without_what_could_move_a_cursor() {
        let body =
            b"<ErrorResponse><Error><Code>InvalidParameter</Code><Message>Invalid token\x1b[2J</Message></Error>";
        assert_eq!(said(body), ", Invalid token[2J");
        assert_eq!(said(b"<html>"), "");
    }
}
