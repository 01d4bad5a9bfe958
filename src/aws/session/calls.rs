//! What is asked of Systems Manager about sessions, and of KMS for those that are encrypted: starting, resuming, ending, listing,
//! a data key. When to ask again is the channel's and `action`'s.

use std::collections::HashMap;

use aws_sdk_ssm::operation::RequestId as _;
use aws_sdk_ssm::types::SessionState;
use bytes::Bytes;
use zeroize::Zeroizing;

use crate::aws::{Account, AwsError, Kind};
use crate::core::execution::order::InstanceId;
use crate::core::session;

use super::client::DataKey;
use super::{Active, Started, Token};

/// A reason's characters, at most (API_StartSession).
const REASON: usize = 256;
/// As many come with a page (API_DescribeSessions: 1 to 200).
const A_PAGE: i32 = 200;
/// As many pages are read: 10,000 sessions.
const PAGES: usize = 50;

/// Half of them for what the machine sends, half for what it gets.
const KEY_BYTES: i32 = 64;

/// A way into a session that is there.
#[derive(Debug)]
pub(super) struct Resumed {
    /// Where its channel is now, if elsewhere.
    pub(super) url: Option<String>,
    /// What lets us in there.
    pub(super) token: Token,
}

impl Account {
    /// Begins a session, with exactly one request. Its channel is to be opened then; whatever comes in between, it lasts until
    /// [`Account::terminate_session`]. An error of which [`AwsError::may_have_arrived`] is true leaves open whether there is one:
    /// [`Account::active_sessions`] shows it with its reason.
    ///
    /// # Errors
    /// When AWS or the machine does not take it, or AWS can't be asked.
    pub async fn start_session(
        &self,
        instance: &InstanceId,
        kind: &session::Kind,
        reason: &str,
    ) -> Result<Started, AwsError> {
        let (document, parameters) = document(kind);
        let reason: String = reason.chars().take(REASON).collect();
        let answer = self.ask_once("ssm:StartSession", |ssm| {
            ssm.start_session()
                .target(instance.as_str())
                .set_document_name(document.map(Into::into))
                .set_parameters(parameters.clone())
                .reason(&reason)
                .send()
        });
        let answer = answer.await?;
        let request_id = answer.request_id().map(Into::into);
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        match (text(answer.session_id), text(answer.stream_url), text(answer.token_value)) {
            (Some(aws_id), Some(url), Some(token)) => {
                Ok(Started { aws_id, instance: instance.clone(), url, token: Token(Zeroizing::new(token)) })
            }
            _ => {
                let why = "AWS took the session and did not say how to get into it";
                Err(AwsError { request_id, ..AwsError::new(Kind::Silent, why) })
            }
        }
    }

    /// Another way into a session, after the last one was lost. None: AWS has it no more, because it lasted too long, nobody typed,
    /// or somebody ended it.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub(super) async fn resume_session(&self, aws_id: &str) -> Result<Option<Resumed>, AwsError> {
        let answer = self.ask("ssm:ResumeSession", |ssm| ssm.resume_session().session_id(aws_id).send()).await;
        let answer = match answer {
            Err(error) if error.kind == Kind::NoSuch => return Ok(None),
            answer => answer?,
        };
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        let token = text(answer.token_value).map(|token| Token(Zeroizing::new(token)));
        Ok(token.map(|token| Resumed { url: text(answer.stream_url), token }))
    }

    /// Ends a session, whoever is in it. One that is over already stays so.
    ///
    /// # Errors
    /// When AWS can't be asked: then it lasts until its own limits.
    pub async fn terminate_session(&self, aws_id: &str) -> Result<(), AwsError> {
        match self.ask("ssm:TerminateSession", |ssm| ssm.terminate_session().session_id(aws_id).send()).await {
            Err(error) if error.kind == Kind::NoSuch => Ok(()),
            answer => answer.map(|_| ()),
        }
    }

    /// The sessions that AWS says are active in the account, whosever they are: the first 10,000.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn active_sessions(&self) -> Result<Vec<Active>, AwsError> {
        let mut found = Vec::new();
        let mut page = None;
        for _ in 0..PAGES {
            let answer = self
                .ask("ssm:DescribeSessions", |ssm| {
                    let active = ssm.describe_sessions().state(SessionState::Active);
                    active.max_results(A_PAGE).set_next_token(page.clone()).send()
                })
                .await?;
            found.extend(answer.sessions.unwrap_or_default().into_iter().filter_map(|session| {
                Some(Active {
                    aws_id: session.session_id?,
                    target: session.target.unwrap_or_default(),
                    reason: session.reason.unwrap_or_default(),
                })
            }));
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// A data key for one session: what only the machine and we can read. The context is what the machine's agent will tell KMS to
    /// unwrap it.
    ///
    /// # Errors
    /// When KMS does not give it, or can't be asked.
    pub(super) async fn data_key(
        &self,
        key_id: &str,
        aws_id: &str,
        instance: &InstanceId,
        challenge: Option<&str>,
    ) -> Result<DataKey, AwsError> {
        let answer = self.ask_as("kms:GenerateDataKey", |role| {
            let wanted = role.kms.generate_data_key().key_id(key_id).number_of_bytes(KEY_BYTES);
            let wanted = wanted.encryption_context("aws:ssm:SessionId", aws_id);
            let wanted = wanted.encryption_context("aws:ssm:TargetId", instance.as_str());
            match challenge {
                Some(challenge) => wanted.encryption_context("aws:ssm:RandomChallenge", challenge).send(),
                None => wanted.send(),
            }
        });
        let answer = answer.await?;
        // Moved, not copied: nothing else would overwrite it.
        let plaintext = Zeroizing::new(answer.plaintext.map(aws_smithy_types::Blob::into_inner).unwrap_or_default());
        let wrapped = answer.ciphertext_blob.map(aws_smithy_types::Blob::into_inner).unwrap_or_default();
        if wrapped.is_empty() || i32::try_from(plaintext.len()) != Ok(KEY_BYTES) {
            return Err(AwsError::new(Kind::Invalid, "AWS KMS sent no data key of the length that was asked for"));
        }
        Ok(DataKey { plaintext, wrapped: Bytes::from(wrapped) })
    }
}

type Parameters = HashMap<String, Vec<String>>;

/// The document for a kind of session, and its parameters. None is the account's own for shells, with the client's preferences.
fn document(kind: &session::Kind) -> (Option<&'static str>, Option<Parameters>) {
    let with = |parameters: &[(&str, String)]| {
        Some(parameters.iter().map(|(name, value)| ((*name).into(), vec![value.clone()])).collect())
    };
    match kind {
        session::Kind::Shell => (None, None),
        session::Kind::Command { text } => (
            Some("AWS-StartNonInteractiveCommand"),
            with(&[("command", text.clone()), ("separateOutputStream", "true".into())]),
        ),
        session::Kind::Forward { host: None, port, local } => (
            Some("AWS-StartPortForwardingSession"),
            with(&[("portNumber", port.to_string()), ("localPortNumber", local.to_string())]),
        ),
        session::Kind::Forward { host: Some(host), port, local } => (
            Some("AWS-StartPortForwardingSessionToRemoteHost"),
            with(&[("host", host.clone()), ("portNumber", port.to_string()), ("localPortNumber", local.to_string())]),
        ),
    }
}
