//! A sender, as the receiver expects one: signs a body and posts it. `send`, the demo and the tests use it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature of a request: `sha256=` and HMAC-SHA256 over `timestamp "." body`, in hex.
pub fn signature(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        unreachable!("HMAC takes a key of any length");
    };
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Somebody who posts alerts.
#[derive(Clone)]
pub struct Sender {
    http: reqwest::Client,
    url: String,
    key: String,
    secret: Option<String>,
}

/// What TLS needs besides what the system has; PEM.
#[derive(Default)]
pub struct Papers {
    /// More authorities whose certificates are believed.
    pub authorities: Option<Vec<u8>>,
    /// Our own certificate and its key, for a receiver that asks for one.
    pub own: Option<Vec<u8>>,
}

/// What the receiver said.
#[derive(Debug, Clone)]
pub struct Said {
    /// The HTTP status.
    pub status: u16,
    /// The body. As hostile as any text from outside.
    pub body: String,
}

impl Sender {
    /// A sender for the webhook at `url`. Without a secret it does not sign.
    ///
    /// # Errors
    /// When the system has no TLS to offer, or the papers are none.
    pub fn new(url: &str, key: &str, secret: Option<&str>, papers: &Papers) -> Result<Self, reqwest::Error> {
        let mut http = builder();
        if let Some(authorities) = &papers.authorities {
            http = http.tls_certs_merge(reqwest::Certificate::from_pem_bundle(authorities)?);
        }
        if let Some(own) = &papers.own {
            http = http.identity(reqwest::Identity::from_pem(own)?);
        }
        Ok(Self::over(http.build()?, url, key, secret))
    }

    /// The same, past any proxy that the environment names: for a receiver on this machine.
    ///
    /// # Errors
    /// When the system has no TLS to offer.
    pub fn direct(url: &str, key: &str, secret: Option<&str>) -> Result<Self, reqwest::Error> {
        Ok(Self::over(builder().no_proxy().build()?, url, key, secret))
    }

    /// Another sender that shares this one's connections.
    pub fn beside(&self, url: &str, key: &str, secret: Option<&str>) -> Self {
        Self::over(self.http.clone(), url, key, secret)
    }

    fn over(http: reqwest::Client, url: &str, key: &str, secret: Option<&str>) -> Self {
        Self { http, url: url.into(), key: key.into(), secret: secret.map(Into::into) }
    }

    /// Posts a body, stamped with `unix_seconds`.
    ///
    /// # Errors
    /// When no answer came. The words hold no key.
    pub async fn post(&self, body: String, unix_seconds: i64) -> Result<Said, reqwest::Error> {
        let mut request = self.http.post(&self.url).header("X-API-Key", &self.key);
        if let Some(secret) = &self.secret {
            request = request
                .header("X-Timestamp", unix_seconds)
                .header("X-Signature", signature(secret, unix_seconds, body.as_bytes()));
        }
        let answer = request.header("Content-Type", "application/json").body(body).send().await;
        let answer = answer.map_err(reqwest::Error::without_url)?;
        let status = answer.status().as_u16();
        let body = answer.text().await.map_err(reqwest::Error::without_url)?;
        Ok(Said { status, body })
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().timeout(std::time::Duration::from_secs(15))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_signature_is_what_openssl_makes_of_it() {
        // printf '%s.%s' 1700000000 '{"a":1}' | openssl dgst -sha256 -hmac s3cret -r
        let expected = "sha256=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940";
        assert_eq!(signature("s3cret", 1_700_000_000, br#"{"a":1}"#), expected);
    }
}
