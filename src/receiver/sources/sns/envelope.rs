//! What SNS wraps a message in: its type, its topic, and the text that AWS signs. Whether the signature is right is
//! `receiver::topics`'.

use crate::core::sns::Topic;
use crate::core::time::Moment;
use crate::receiver::sources::field::Fault;
use crate::receiver::sources::json::{Json, Object};

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Something was published.
    Notification,
    /// A topic wants to send here.
    SubscriptionConfirmation,
    /// A subscription was deleted.
    UnsubscribeConfirmation,
}

impl Type {
    const ALL: [Self; 3] = [Self::Notification, Self::SubscriptionConfirmation, Self::UnsubscribeConfirmation];

    /// As SNS writes it, in the body and in `x-amz-sns-message-type`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }

    /// What is signed, in this order.
    const fn signed(self) -> &'static [&'static str] {
        match self {
            Self::Notification => &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
            Self::SubscriptionConfirmation | Self::UnsubscribeConfirmation => {
                &["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
            }
        }
    }
}

/// A message of SNS, well formed and not yet believed.
#[derive(Debug)]
pub struct Envelope<'j, 'a> {
    kind: Type,
    topic: Topic,
    fields: &'j Object<'a>,
}

impl<'j, 'a> Envelope<'j, 'a> {
    /// The message; absent when the body is something else.
    ///
    /// # Errors
    /// When something is not there that every message has.
    pub fn of(json: &'j Json<'a>) -> Option<Result<Self, Fault>> {
        let fields = json.object()?;
        let word = fields.get("Type")?.text()?;
        let kind = Type::ALL.into_iter().find(|kind| kind.word() == word)?;
        let topic = fields.get("TopicArn")?.text().and_then(|arn| arn.parse().ok());
        let Some(topic) = topic else {
            return Some(Err(Fault::new("TopicArn must be the name of an SNS topic.", &["/TopicArn"])));
        };
        if fields.get("Message").and_then(Json::text).is_none() {
            return Some(Err(Fault::new("Message must be a text.", &["/Message"])));
        }
        Some(Ok(Self { kind, topic, fields }))
    }

    /// What it is.
    pub fn kind(&self) -> Type {
        self.kind
    }

    /// Where it was published.
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// What was published.
    pub fn message(&self) -> &'j str {
        self.text("Message").unwrap_or_default()
    }

    /// What it is about, when the publisher said so.
    pub fn subject(&self) -> Option<&'j str> {
        self.fields.word("Subject")
    }

    /// When it was published; the same whenever it is sent again.
    pub fn timestamp(&self) -> Option<Moment> {
        Moment::parse(self.text("Timestamp")?).ok()
    }

    /// A text of it, exactly as it is.
    pub fn text(&self, name: &str) -> Option<&'j str> {
        self.fields.get(name)?.text()
    }

    /// The text that AWS signs: names and values on lines of their own. Absent when something is not there that is signed.
    pub fn signed_text(&self) -> Option<String> {
        let mut text = String::with_capacity(self.message().len() + 512);
        for name in self.kind.signed() {
            match self.text(name) {
                Some(value) => text.extend([name, "\n", value, "\n"]),
                None if *name == "Subject" => {}
                None => return None,
            }
        }
        Some(text)
    }
}
