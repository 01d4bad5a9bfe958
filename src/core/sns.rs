//! Amazon SNS' names: a topic, and the addresses that its messages name. Those are gone to only when they can be nobody's but
//! AWS', so they are types; going there is `aws`'. And what we say when a topic waits for somebody.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::alert::{AlertStatus, Identity, Report};
use super::severity::Severity;

/// Who says what only SNS itself says.
pub const TOOL: &str = "Amazon SNS";

/// Under what SNS is in a region: everywhere, in China, in the European Sovereign Cloud.
const DOMAINS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"];
/// Bytes of an address; real ones have some four hundred.
const LONGEST: usize = 2_048;

/// The name of a topic: `arn:aws:sns:eu-west-1:123456789012:alarms`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Topic(String);

/// The text is no topic's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a topic is named like arn:aws:sns:eu-west-1:123456789012:alarms")]
pub struct NoTopic;

impl Topic {
    /// All of it.
    pub fn arn(&self) -> &str {
        &self.0
    }

    /// `eu-west-1`.
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The account's twelve digits.
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// What it is called within the account and region.
    pub fn name(&self) -> &str {
        self.part(5)
    }

    fn part(&self, place: usize) -> &str {
        self.0.split(':').nth(place).unwrap_or_default()
    }
}

/// What a topic waits for, as an alert. Whatever it was, it is over by the same fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// It wants to send here.
    Send,
    /// It was told not to send here any more, and would have to be restored.
    Return,
}

impl Wish {
    /// The alert of it.
    pub fn report(self, topic: &Topic, status: AlertStatus) -> Report {
        let (account, region) = (topic.account(), topic.region());
        let it = format!("The topic {} of account {account} in {region}", topic.name());
        let (signature, severity, message) = match (self, status) {
            (Self::Send, AlertStatus::Firing) => (
                "sns_subscription_waiting",
                Severity::Medium,
                format!("{it} asks to send here. Approve it, if it is yours, among the tenant's sources."),
            ),
            (Self::Return, AlertStatus::Firing) => (
                "sns_unsubscribed",
                Severity::High,
                format!("{it} no longer sends here: its subscription was deleted. Approve it again to restore it."),
            ),
            (_, AlertStatus::Resolved) => {
                ("sns_subscription_waiting", Severity::Medium, format!("{it} does not wait any more."))
            }
        };
        Report {
            asset_name: topic.arn().into(),
            signature: signature.into(),
            severity,
            status,
            message,
            message_cut: false,
            tool_source: TOOL.into(),
            occurred_at: None,
            instance_id: None,
            links: Vec::new(),
            labels: [("account", account), ("region", region)].map(|(name, text)| (name.into(), text.into())).into(),
            fingerprint: Some(format!("sns_topic:{topic}")),
            identity: Identity::Fingerprint,
        }
    }
}

impl FromStr for Topic {
    type Err = NoTopic;

    /// Nothing is in it that AWS does not allow in a topic's name, so it may be shown.
    fn from_str(text: &str) -> Result<Self, NoTopic> {
        let parts: Vec<&str> = text.split(':').collect();
        let [arn, partition, sns, region, account, name] = parts[..] else { return Err(NoTopic) };
        let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
        let good = arn == "arn"
            && (partition == "aws" || partition.starts_with("aws-"))
            && [partition, region].into_iter().all(|part| word(part) && part.len() <= 32)
            && sns == "sns"
            && (1..=12).contains(&account.len())
            && account.bytes().all(|c| c.is_ascii_digit())
            && !name.is_empty()
            // With it, it is an asset's name.
            && text.len() <= 256
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
        good.then(|| Self(text.into())).ok_or(NoTopic)
    }
}

impl TryFrom<String> for Topic {
    type Error = NoTopic;

    fn try_from(text: String) -> Result<Self, NoTopic> {
        text.parse()
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address of SNS itself, behind TLS: what a message names is one of these, or it is not gone to. It may hold a token, so it
/// prints as its host alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    host: String,
    /// With its query.
    path: String,
}

impl Address {
    /// Where the certificate is that a message is signed with.
    pub fn signing(url: &str) -> Option<Self> {
        let address = Self::of(url)?;
        let name = address.path.strip_prefix('/')?.strip_suffix(".pem")?;
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        (!name.is_empty() && name.bytes().all(plain)).then_some(address)
    }

    /// Where a subscription to this topic is confirmed, and nothing else is done.
    pub fn confirming(url: &str, topic: &Topic) -> Option<Self> {
        let address = Self::of(url)?;
        let mut given = [None; 3];
        for pair in address.path.strip_prefix("/?")?.split('&') {
            let (name, value) = pair.split_once('=')?;
            let place = ["Action", "TopicArn", "Token"].iter().position(|known| *known == name)?;
            if given[place].replace(value).is_some() {
                return None;
            }
        }
        let [Some("ConfirmSubscription"), Some(arn), Some(token)] = given else { return None };
        let hex = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric());
        (arn.replace("%3A", ":") == topic.arn() && hex(token)).then_some(address)
    }

    /// `sns.eu-west-1.amazonaws.com`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// As it was given.
    pub fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path)
    }

    /// An address of SNS in a region: no user, no port, no fragment.
    fn of(url: &str) -> Option<Self> {
        if url.len() > LONGEST || !url.bytes().all(|c| c.is_ascii_graphic()) || url.contains(['#', '\\', '@']) {
            return None;
        }
        let rest = url.strip_prefix("https://")?;
        let (host, path) = rest.split_at(rest.find('/')?);
        let region = host.strip_prefix("sns.")?;
        let region = DOMAINS.iter().find_map(|domain| region.strip_suffix(domain))?;
        (region.len() <= 32 && is_region(region)).then(|| Self { host: host.into(), path: path.into() })
    }
}

/// `eu-west-1`, `us-gov-west-1`. Not `s3-us-west-2`: at `sns.s3-us-west-2.amazonaws.com` is whoever has the bucket `sns`.
fn is_region(text: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase());
    let number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    text.rsplit_once('-').is_some_and(|(words, last)| number(last) && words.contains('-') && words.split('-').all(word))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}, ***)", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "/SimpleNotificationService-6aad65c2f9911b05cd53efda11f913f9.pem";

    #[test]
    fn a_topic_has_six_parts_and_nothing_odd_in_them() {
        let topic: Topic = "arn:aws:sns:eu-west-1:123456789012:alarms.fifo".parse().unwrap();
        assert_eq!((topic.region(), topic.account(), topic.name()), ("eu-west-1", "123456789012", "alarms.fifo"));
        for good in ["arn:aws-cn:sns:cn-north-1:123456789012:a", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_B-1"]
        {
            assert!(good.parse::<Topic>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "arn:aws:sns:eu-west-1:123456789012",
            "arn:aws:sns:eu-west-1:123456789012:a:b",
            "arn:aws:sqs:eu-west-1:123456789012:a",
            "arn:aws:sns::123456789012:a",
            "arn:aws:sns:eu-west-1:acme:a",
            "arn:aws:sns:eu-west-1:123456789012:a b",
            "arn:aws:sns:eu-west-1:123456789012:a\u{1b}[2J",
            "arn:other:sns:eu-west-1:123456789012:a",
        ] {
            assert_eq!(bad.parse::<Topic>(), Err(NoTopic), "{bad}");
        }
    }

    #[test]
    fn a_certificate_is_fetched_from_sns_and_from_nowhere_else() {
        for host in [
            "sns.eu-west-1.amazonaws.com",
            "sns.cn-north-1.amazonaws.com.cn",
            "sns.us-gov-west-1.amazonaws.com",
            "sns.eusc-de-east-1.amazonaws.eu",
        ] {
            let address = Address::signing(&format!("https://{host}{PEM}")).unwrap();
            assert_eq!((address.host(), address.path()), (host, PEM));
        }
        let at = |host: &str| format!("https://{host}{PEM}");
        for bad in [
            "http://sns.eu-west-1.amazonaws.com/a.pem".into(),
            at("sns.eu-west-1.amazonaws.com.evil.example"),
            at("sns.eu-west-1.amazonaws.com.cn.evil.example"),
            at("evil.example"),
            at("sns.amazonaws.com"),
            at("sns.evil.example.amazonaws.com"),
            at("sns.my-bucket.s3.amazonaws.com"),
            at("sns.s3.amazonaws.com"),
            at("sns.s3-us-west-2.amazonaws.com"),
            at("sns.s3-accelerate.amazonaws.com"),
            at("sns.s3-website-us-east-1.amazonaws.com"),
            at("sns.execute-api.amazonaws.com"),
            at("sns-eu-west-1.amazonaws.com"),
            at("evil@sns.eu-west-1.amazonaws.com"),
            at("sns.eu-west-1.amazonaws.com@evil.example"),
            at("sns.eu-west-1.amazonaws.com:444"),
            at("SNS.eu-west-1.amazonaws.com"),
            at("sns.eu-west-1.amazonaws.com\\.evil.example"),
            "https://sns.eu-west-1.amazonaws.com/?a=.pem".into(),
            "https://sns.eu-west-1.amazonaws.com/../a.pem".into(),
            "https://sns.eu-west-1.amazonaws.com/a.pem?x".into(),
            "https://sns.eu-west-1.amazonaws.com/a.pem#x".into(),
            "https://sns.eu-west-1.amazonaws.com/a%2Fb.pem".into(),
            "https://sns.eu-west-1.amazonaws.com/.pem".into(),
            "https://sns.eu-west-1.amazonaws.com".into(),
            " https://sns.eu-west-1.amazonaws.com/a.pem".into(),
            format!("https://sns.eu-west-1.amazonaws.com/{}.pem", "a".repeat(LONGEST)),
        ] {
            assert_eq!(Address::signing(&bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_confirmation_of_the_same_topic_is_gone_to() {
        let topic: Topic = "arn:aws:sns:eu-west-1:123456789012:alarms".parse().unwrap();
        let url = |query: &str| format!("https://sns.eu-west-1.amazonaws.com/?{query}");
        let arn = "arn:aws:sns:eu-west-1:123456789012:alarms";
        let right = url(&format!("Action=ConfirmSubscription&TopicArn={arn}&Token=2336412f37fb687f"));
        assert_eq!(Address::confirming(&right, &topic).map(|address| address.url()), Some(right.clone()));
        assert!(!format!("{:?}", Address::confirming(&right, &topic)).contains("2336"));
        for bad in [
            url(&format!("Action=Unsubscribe&TopicArn={arn}&Token=2336")),
            url(&format!("Action=ConfirmSubscription&TopicArn={arn}2&Token=2336")),
            url(&format!("Action=ConfirmSubscription&TopicArn={arn}&Token=2336&Action=DeleteTopic")),
            url(&format!("Action=ConfirmSubscription&TopicArn={arn}&Token=2336&X=y")),
            url(&format!("Action=ConfirmSubscription&TopicArn={arn}&Token=")),
            url(&format!("Action=ConfirmSubscription&TopicArn={arn}")),
            right.replace("sns.eu-west-1.amazonaws.com", "127.0.0.1"),
            right.replace("/?", "/x?"),
        ] {
            assert_eq!(Address::confirming(&bad, &topic), None, "{bad}");
        }
    }
}
