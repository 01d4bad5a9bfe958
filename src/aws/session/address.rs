//! Where a session's channel is: what AWS names is only gone to when it can be AWS, because the token goes there; and the
//! signature that an upgrade there needs.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use hyper::{HeaderMap, Uri};

/// How the message gateway calls itself, in every name that it has.
const GATEWAY: [&str; 2] = ["ssmmessages", "ssmmessages-fips"];
/// Under what AWS' own names are.
const AWS: [&str; 4] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];
/// What an address has when it is signed already.
const SIGNED: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
];

/// Where a channel is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address {
    /// Behind TLS.
    pub(super) secure: bool,
    /// The host, without brackets.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// Everything after that.
    path: String,
}

impl Address {
    /// As AWS names it. `instead` is the address that the configuration or environment gives for Systems Manager, if it is not AWS'
    /// own: then the gateway is where that one says.
    ///
    /// # Errors
    /// For people, when it is no such address, or cannot be AWS.
    pub(super) fn of(url: &str, instead: Option<&str>) -> Result<Self, String> {
        let no = |what: &str| Err(format!("AWS named an address for the session that {what}; it was not gone to"));
        let Ok(uri) = url.parse::<Uri>() else { return no("is none") };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return no("is none") };
        if authority.as_str().contains('@') {
            return no("has a user in it");
        }
        let instead = instead.and_then(|url| url.parse::<Uri>().ok());
        let instead = instead.filter(|uri| !uri.host().is_some_and(is_aws));
        let secure = match scheme {
            "wss" => true,
            // Where everything else goes without TLS, this may too.
            "ws" if instead.as_ref().is_some_and(|uri| uri.scheme_str() == Some("http")) => false,
            _ => return no("is not behind TLS (wss)"),
        };
        let host = authority.host();
        if instead.is_none() && !is_gateway(host) {
            return no(&format!("is not of AWS' message gateway ({host})"));
        }
        Ok(Self {
            secure,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }

    /// The host as requests name it: with brackets, and its port where that is not the usual one.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == if self.secure { 443 } else { 80 } { host } else { format!("{host}:{}", self.port) }
    }

    /// As one asks an HTTP server for it.
    pub(super) fn http(&self) -> String {
        self.with(if self.secure { "https" } else { "http" })
    }

    /// As one asks for a WebSocket.
    pub(super) fn ws(&self) -> String {
        self.with(if self.secure { "wss" } else { "ws" })
    }

    fn with(&self, scheme: &str) -> String {
        format!("{scheme}://{}{}", self.authority(), self.path)
    }

    fn is_signed(&self) -> bool {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        names.into_iter().any(|name| SIGNED.iter().any(|signed| signed.eq_ignore_ascii_case(name)))
    }

    /// The headers that an upgrade there needs, good for some minutes. None where the address is signed already.
    ///
    /// # Errors
    /// For people, when it cannot be signed.
    pub(super) fn signature(
        &self,
        credentials: &Credentials,
        region: &str,
        now: SystemTime,
    ) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        if self.is_signed() {
            return Ok(headers);
        }
        let no =
            |what: &dyn std::fmt::Display| format!("the request for the session's channel cannot be signed: {what}");
        let identity = credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("ssmmessages")
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| no(&error))?
            .into();
        let url = self.http();
        let unsigned = SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(b""));
        let signed = unsigned.and_then(|unsigned| sign(unsigned, &parameters)).map_err(|error| no(&error))?;
        for header in signed.output().headers() {
            let (name, value) = header;
            let name: hyper::header::HeaderName = name.parse().map_err(|error| no(&error))?;
            let mut value: hyper::header::HeaderValue = value.parse().map_err(|error| no(&error))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

fn is_aws(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    AWS.iter().any(|aws| host.ends_with(aws))
}

fn is_gateway(host: &str) -> bool {
    is_aws(host) && host.to_ascii_lowercase().split('.').any(|label| GATEWAY.contains(&label))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const URL: &str = "wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/tester-0123456789abcdef0?role=publish_subscribe&cell-number=AAEAAQ%3D%3D";

    /// 2026-11-22T12:34:56Z.
    fn then() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_350_896)
    }

    fn signed(url: &str, token: Option<&str>) -> Vec<(String, String)> {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKIDEXAMPLE", secret, token.map(Into::into), None, "test");
        let headers = Address::of(url, None).unwrap().signature(&credentials, "us-east-1", then()).unwrap();
        let text = |value: &hyper::header::HeaderValue| value.to_str().unwrap().to_owned();
        headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
    }

    /// What the official client sends.
    #[test]
    fn upgrades_are_signed_as_the_official_client_signs_them() {
        let bare = signed(URL, None);
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/ssmmessages/aws4_request, \
                             SignedHeaders=host;x-amz-date, \
                             Signature=0f20fa20c7a258ad5ab40b4be34cde52fa534aa2372fb8925f80907fee5419de";
        let of = |headers: &[(String, String)], name: &str| {
            headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone())
        };
        assert_eq!(of(&bare, "x-amz-date").as_deref(), Some("20261122T123456Z"));
        assert_eq!(of(&bare, "authorization").as_deref(), Some(authorization));
        assert_eq!(bare.len(), 2);
        let with_token = signed(URL, Some("SESSIONTOKENEXAMPLE"));
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/ssmmessages/aws4_request, \
                             SignedHeaders=host;x-amz-date;x-amz-security-token, \
                             Signature=c467fec27b652cdc023c9a30f5897cad660c4b3c1c8b8322a0f8b48f3d932eec";
        assert_eq!(of(&with_token, "authorization").as_deref(), Some(authorization));
        assert_eq!(of(&with_token, "x-amz-security-token").as_deref(), Some("SESSIONTOKENEXAMPLE"));
    }

    #[test]
    fn what_is_signed_already_stays_as_it_is() {
        assert_eq!(signed(&format!("{URL}&X-Amz-Signature=00"), Some("token")), []);
        assert_eq!(signed(&format!("{URL}&x-amz-date="), Some("token")), []);
        assert_eq!(signed(&format!("{URL}&more=X-Amz-Date"), None).len(), 2);
    }

    #[test]
    fn only_what_can_be_aws_is_gone_to() {
        for good in [
            "wss://ssmmessages.eu-central-1.amazonaws.com/v1",
            "wss://ssmmessages-fips.us-gov-west-1.amazonaws.com:443/v1",
            "wss://SSMMESSAGES.cn-north-1.amazonaws.com.cn/v1",
            "wss://ssmmessages.us-east-1.api.aws/v1",
            "wss://vpce-0a1b-2c3d.ssmmessages.us-east-1.vpce.amazonaws.com/v1",
        ] {
            assert!(Address::of(good, None).is_ok(), "{good}");
            assert!(Address::of(good, Some("https://vpce-0.ssm.us-east-1.vpce.amazonaws.com")).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/v1",
            "ssmmessages.us-east-1.amazonaws.com",
            "ws://ssmmessages.us-east-1.amazonaws.com/v1",
            "https://ssmmessages.us-east-1.amazonaws.com/v1",
            "wss://ssmmessages.us-east-1.amazonaws.com.example.org/v1",
            "wss://ssmmessages.us-east-1.notamazonaws.com/v1",
            "wss://xssmmessages.us-east-1.amazonaws.com/v1",
            "wss://ssmmessages-x.us-east-1.amazonaws.com/v1",
            "wss://ssm.us-east-1.amazonaws.com/v1",
            "wss://ssmmessages.us-east-1.amazonaws.com@example.org/v1",
            "wss://user:secret@ssmmessages.us-east-1.amazonaws.com/v1",
            "wss://example.org/ssmmessages.us-east-1.amazonaws.com",
            "wss://example.org#.ssmmessages.us-east-1.amazonaws.com",
            "wss://amazonaws.com/v1",
        ] {
            let vpc = Some("https://vpce-0.ssm.us-east-1.vpce.amazonaws.com");
            assert!(Address::of(bad, None).is_err() && Address::of(bad, vpc).is_err(), "{bad}");
        }
    }

    #[test]
    fn another_address_for_systems_manager_says_where_the_gateway_is() {
        let stand_in = Some("http://127.0.0.1:4566");
        let there = Address::of("ws://127.0.0.1:80/v1/data-channel/x?a=b", stand_in).unwrap();
        assert_eq!((there.ws().as_str(), there.port), ("ws://127.0.0.1/v1/data-channel/x?a=b", 80));
        let there = Address::of("ws://[::1]:8080", stand_in).unwrap();
        assert_eq!((there.http().as_str(), there.host.as_str()), ("http://[::1]:8080/", "::1"));
        assert!(Address::of("wss://gateway.example.org/v1", stand_in).is_ok());
        assert!(Address::of("ws://gateway.example.org/v1", Some("https://aws.example.org")).is_err());
        assert!(Address::of("http://127.0.0.1/v1", stand_in).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is accepted is what a resolver is asked for.
        #[test]
        fn no_address_leads_elsewhere(host in "[a-z@:/?#.\\\\-]{0,24}", tail in "[a-z@:/?#.]{0,12}") {
            for url in [
                format!("wss://{host}ssmmessages.us-east-1.amazonaws.com{tail}"),
                format!("wss://ssmmessages.{host}{tail}.amazonaws.com"),
            ] {
                if let Ok(address) = Address::of(&url, None) {
                    prop_assert!(is_gateway(&address.host), "{}", url);
                    prop_assert!(address.host.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._".contains(&c)), "{}", url);
                }
            }
        }
    }
}
