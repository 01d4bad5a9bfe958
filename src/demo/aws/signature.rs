//! Signature Version 4, from AWS' side: whether a request was signed by whoever holds the secret, over these very bytes.

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use hyper::http::request::Parts;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::wire::{Dialect, Problem, Service};
use crate::core::time::{Moment, Span};

/// How far a signature's time may be off.
const SKEW: Span = Span::minutes(5);

/// What a request says about its signature.
#[derive(Debug)]
pub(super) struct Claim {
    pub access_key: String,
    pub region: String,
    /// The session token, where there is one.
    pub token: Option<String>,
    date: String,
    service: String,
    signed_headers: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    /// Reads what a request claims. Nothing of it is true yet.
    pub fn read(dialect: Dialect, headers: &HeaderMap) -> Result<Self, Problem> {
        let text = |name| headers.get(name).and_then(|value: &hyper::header::HeaderValue| value.to_str().ok());
        let (missing, incomplete) = match dialect {
            Dialect::Json => ("MissingAuthenticationTokenException", "IncompleteSignatureException"),
            Dialect::Xml => ("MissingAuthenticationToken", "IncompleteSignature"),
        };
        let Some(authorization) = text("authorization") else {
            let status = if dialect == Dialect::Json { 400 } else { 403 };
            let message = match dialect {
                Dialect::Json => "Missing Authentication Token",
                Dialect::Xml => "Request is missing Authentication Token",
            };
            return Err(Problem { status, code: missing, message: message.into() });
        };
        let lacks =
            |what: &str| Problem::new(incomplete, format!("Authorization header requires '{what}'. (AWS stand-in)"));
        let fields = authorization.strip_prefix("AWS4-HMAC-SHA256").ok_or_else(|| lacks("AWS4-HMAC-SHA256"))?;
        let field = |name: &str| {
            let found = fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
            found.ok_or_else(|| lacks(name))
        };
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key, day, region, service, "aws4_request"] = scope[..] else { return Err(lacks("Credential")) };
        let date = text("x-amz-date").ok_or_else(|| lacks("X-Amz-Date"))?;
        if !date.starts_with(day) || day.len() != 8 {
            return Err(lacks("Credential"));
        }
        Ok(Self {
            access_key: access_key.into(),
            region: region.into(),
            token: text("x-amz-security-token").map(Into::into),
            date: date.into(),
            service: service.into(),
            signed_headers: field("SignedHeaders")?.split(';').map(Into::into).collect(),
            signature: hex::decode(field("Signature")?).map_err(|_| lacks("Signature"))?,
        })
    }

    /// Whether it is true: the holder of `secret` signed this request, now.
    pub fn check(
        &self,
        service: Service,
        secret: &str,
        request: &Parts,
        body: &[u8],
        now: Moment,
    ) -> Result<(), Problem> {
        let wrong = |message: String| match service.dialect() {
            Dialect::Json => Problem::new("InvalidSignatureException", message),
            Dialect::Xml => Problem { status: 403, code: "SignatureDoesNotMatch", message },
        };
        let service = service.name();
        if self.service != service {
            return Err(wrong(format!("Credential should be scoped to correct service: '{service}'.")));
        }
        let unsigned = |name: &str| {
            (name == "host" || name.starts_with("x-amz-")) && !self.signed_headers.iter().any(|signed| signed == name)
        };
        if request.headers.keys().any(|name| unsigned(name.as_str())) || unsigned("host") {
            return Err(wrong("'Host' or 'x-amz-*' must be a 'SignedHeader' in the AWS Authorization.".into()));
        }
        self.timely(now).map_err(wrong)?;
        let canonical = self.canonical(request, body);
        let scope = format!("{}/{}/{}/aws4_request", &self.date[..8], self.region, self.service);
        let to_sign =
            format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", self.date, hex::encode(Sha256::digest(canonical.as_bytes())));
        let day = hmac(format!("AWS4{secret}").as_bytes(), &self.date[..8]);
        let key = hmac(&hmac(&hmac(&day, &self.region), &self.service), "aws4_request");
        if bool::from(hmac(&key, &to_sign).ct_eq(self.signature.as_slice())) {
            return Ok(());
        }
        Err(wrong(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details."
                .into(),
        ))
    }

    fn timely(&self, now: Moment) -> Result<(), String> {
        let Some(then) = moment(&self.date) else { return Err("Date must be in ISO-8601 'basic format'.".into()) };
        let (date, now_date) = (&self.date, basic(now));
        if then + SKEW < now {
            let limit = basic(now - SKEW);
            return Err(format!("Signature expired: {date} is now earlier than {limit} ({now_date} - 5 min.)"));
        }
        if then > now + SKEW {
            let limit = basic(now + SKEW);
            return Err(format!("Signature not yet current: {date} is still later than {limit} ({now_date} + 5 min.)"));
        }
        Ok(())
    }

    fn canonical(&self, request: &Parts, body: &[u8]) -> String {
        let mut query: Vec<&str> = request.uri.query().unwrap_or("").split('&').filter(|q| !q.is_empty()).collect();
        query.sort_unstable();
        let mut headers = String::new();
        for name in &self.signed_headers {
            let values = request.headers.get_all(name.as_str());
            let values: Vec<String> = values.iter().map(|value| spaced_once(value.as_bytes())).collect();
            headers.push_str(&format!("{name}:{}\n", values.join(",")));
        }
        format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            request.method,
            request.uri.path(),
            query.join("&"),
            self.signed_headers.join(";"),
            hex::encode(Sha256::digest(body)),
        )
    }
}

fn spaced_once(value: &[u8]) -> String {
    String::from_utf8_lossy(value).split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes a key of any length") };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// `20260131T093000Z` as a moment.
fn moment(basic: &str) -> Option<Moment> {
    let part = |from: usize, to: usize| basic.get(from..to);
    let (day, time) = (part(0, 8)?, part(8, 16)?);
    if basic.len() != 16 || !time.starts_with('T') || !time.ends_with('Z') {
        return None;
    }
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        day.get(..4)?,
        day.get(4..6)?,
        day.get(6..)?,
        time.get(1..3)?,
        time.get(3..5)?,
        time.get(5..7)?
    );
    Moment::parse(&text).ok()
}

/// A moment as signatures write it.
fn basic(at: Moment) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;
    use hyper::Request;

    use super::*;

    const NOW: i64 = 1_790_000_000_000;
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// A request as AWS' own library signs it, `offset` milliseconds from now.
    fn signed(offset: i64, body: &[u8]) -> Parts {
        let identity = Credentials::new("AKIDEXAMPLE", SECRET, Some("token".into()), None, "test").into();
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis((NOW + offset).unsigned_abs());
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("ssm")
            .time(time)
            .settings(SigningSettings::default());
        let parameters = parameters.build().unwrap().into();
        let url = "http://127.0.0.1/?b=2&a=1";
        let target = ("x-amz-target", "AmazonSSM.ListCommands");
        let unsigned = SignableRequest::new("POST", url, [target].into_iter(), SignableBody::Bytes(body)).unwrap();
        let (instructions, _) = sign(unsigned, &parameters).unwrap().into_parts();
        let mut request = Request::post(url).header(target.0, target.1).header("host", "127.0.0.1").body(()).unwrap();
        instructions.apply_to_request_http1x(&mut request);
        request.into_parts().0
    }

    fn check(request: &Parts, body: &[u8], secret: &str) -> Result<(), String> {
        let checked = Claim::read(Dialect::Json, &request.headers)
            .and_then(|claim| claim.check(Service::Ssm, secret, request, body, Moment(NOW)));
        checked.map_err(|problem| format!("{}: {}", problem.code, problem.message))
    }

    #[test]
    fn what_aws_own_library_signs_is_right() {
        for body in [&b""[..], b"{}", "{\"Comment\":\"\u{2018}\"}".as_bytes()] {
            assert_eq!(check(&signed(0, body), body, SECRET), Ok(()));
        }
    }

    #[test]
    fn one_byte_is_enough_to_be_refused() {
        let refused = |request: &Parts, body: &[u8], secret: &str| {
            let said = check(request, body, secret).unwrap_err();
            assert!(said.starts_with("InvalidSignatureException"), "{said}");
        };
        let body = b"{\"InstanceIds\":[\"i-0123\"]}";
        let request = signed(0, body);
        for at in 0..body.len() {
            let mut other = *body;
            other[at] ^= 1;
            refused(&request, &other, SECRET);
        }
        refused(&request, body, &SECRET.replace('K', "k"));
        for name in ["x-amz-target", "x-amz-date", "x-amz-security-token", "host"] {
            let mut other = signed(0, body);
            let mut value = other.headers[name].to_str().unwrap().to_owned();
            value.insert(value.len() - 1, '0');
            other.headers.insert(hyper::header::HeaderName::from_static(name), value.parse().unwrap());
            refused(&other, body, SECRET);
        }
        let mut other = signed(0, body);
        other.uri = "http://127.0.0.1/?b=2&a=2".parse().unwrap();
        refused(&other, body, SECRET);
        let mut other = signed(0, body);
        other.headers.insert("x-amz-more", "unsigned".parse().unwrap());
        refused(&other, body, SECRET);
    }

    #[test]
    fn a_signature_is_good_for_five_minutes_each_way() {
        let five = SKEW.0;
        for offset in [-five, five] {
            assert_eq!(check(&signed(offset, b""), b"", SECRET), Ok(()));
        }
        let old = check(&signed(-five - 1_000, b""), b"", SECRET).unwrap_err();
        assert_eq!(
            old,
            "InvalidSignatureException: Signature expired: 20260921T140819Z is now earlier than 20260921T140820Z \
             (20260921T141320Z - 5 min.)"
        );
        let early = check(&signed(five + 1_000, b""), b"", SECRET).unwrap_err();
        assert!(early.starts_with("InvalidSignatureException: Signature not yet current: 2026"), "{early}");
    }
}
