//! Our own identity: found where the AWS SDK finds it, at the first use. Everything that holds for every client of a service
//! is said here once: timeouts, no repeating, one set of connections.

use std::sync::{Arc, OnceLock};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts as sts;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::service_config::ServiceConfigKey;

use super::cause::Cause;
use super::way::Way;
use super::words::Where;
use super::{AwsError, Heard, Kind, Options};

/// For STS when nothing names a region.
const NOWHERE_ELSE: &str = "us-east-1";

/// As whom we come.
pub(super) struct Base {
    /// Everything that clients of a service are made from. Holds our own credentials.
    sdk: SdkConfig,
    sts: sts::Client,
    way: Arc<Way>,
    pub(super) heard: Heard,
}

impl Base {
    /// Finds the region, and where credentials would come from. They themselves are asked for with the first request.
    pub(super) async fn find(options: &Options) -> Result<Self, AwsError> {
        // Whoever gives us keys is not to be surprised by what else is in the environment.
        let way = Arc::new(if options.keys.is_some() { Way::straight() } else { Way::of_environment()? });
        let config = match &options.keys {
            Some(keys) => given(options, Credentials::new(&keys.id, keys.secret.as_str(), None, None, "given")),
            None => tokio::time::timeout(options.timeouts.credentials, found(options)).await.map_err(|_| {
                AwsError::new(
                    Kind::NoCredentials,
                    "looking for our own AWS credentials took too long; name a profile and a region in [aws] of the \
                     configuration, or set AWS_EC2_METADATA_DISABLED=true where there is no metadata service",
                )
            })?,
        };
        let sdk = config
            .into_builder()
            .http_client(connections(options.keys.is_some(), &way))
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(options))
            .identity_cache(
                aws_config::identity::IdentityCache::lazy().load_timeout(options.timeouts.credentials).build(),
            )
            .build();
        let region = sdk.region().cloned().unwrap_or(Region::from_static(NOWHERE_ELSE));
        let sts = sts::Client::from_conf(sts::config::Builder::from(&sdk).region(region).build());
        Ok(Self { sdk, sts, way, heard: options.heard.clone() })
    }

    /// The way out of this machine.
    pub(super) fn way(&self) -> Arc<Way> {
        Arc::clone(&self.way)
    }

    /// Where Systems Manager is, if the configuration or the environment has another address for it than AWS: found as the SDK's
    /// own client of it does.
    pub(super) fn instead(&self) -> Option<String> {
        let of_all = || self.sdk.endpoint_url().map(Into::into);
        if self.sdk.get_origin("endpoint_url").is_client_config() {
            return of_all();
        }
        let key = ServiceConfigKey::builder().service_id("SSM").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let its_own = key.ok().and_then(|key| self.sdk.service_config()?.load_config(key));
        its_own.or_else(of_all)
    }

    /// STS, as ourselves.
    pub(super) fn sts(&self) -> &sts::Client {
        &self.sts
    }

    /// The region of our own configuration.
    pub(super) fn region(&self) -> Option<&str> {
        self.sdk.region().map(AsRef::as_ref)
    }

    /// As whom AWS knows us.
    pub(super) async fn identity(&self) -> Result<String, AwsError> {
        const ACTION: &str = "sts:GetCallerIdentity";
        let answer = self.sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| Cause::of(&error).words(ACTION, &Where::Ours));
        self.heard.ended(ACTION, answer.as_ref());
        Ok(answer?.arn.unwrap_or_default())
    }

    /// What clients of a service in a tenant's account are made from: as ours, but for whose credentials they are and where.
    pub(super) fn as_other(&self, credentials: Credentials, region: &str) -> SdkConfig {
        let mut builder = self.sdk.to_builder().region(Region::new(region.to_owned()));
        builder.set_credentials_provider(Some(SharedCredentialsProvider::new(credentials)));
        // They are kept where they were made; what is kept twice can't be dropped at once.
        builder.identity_cache(aws_config::identity::IdentityCache::no_cache()).build()
    }
}

/// The SDK's own search: variables, files, single sign-on, web identity, containers, metadata service.
async fn found(options: &Options) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

/// Nothing but what the options say.
fn given(options: &Options, credentials: Credentials) -> SdkConfig {
    let mut builder = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12());
    builder.set_region(options.region.clone().map(Region::new));
    builder.set_endpoint_url(options.endpoint_url.clone());
    builder.set_credentials_provider(Some(SharedCredentialsProvider::new(credentials)));
    builder.build()
}

/// Whoever asks decides whether to ask again: the SDK would send a command three times when a connection drops after the
/// request, and would wait for a silent server for good.
fn timeouts(options: &Options) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(options.timeouts.connect)
        .read_timeout(options.timeouts.attempt)
        .operation_attempt_timeout(options.timeouts.attempt)
        .operation_timeout(options.timeouts.call)
        .build()
}

/// One set of connections for all clients: each of its own would read the system's certificates and greet AWS again, for every
/// tenant, operator and incident.
fn connections(direct: bool, way: &Way) -> SharedHttpClient {
    let only: Arc<OnceLock<SharedHttpConnector>> = Arc::default();
    let trusted = way.context();
    http_client_fn(move |settings, components| {
        let make = || {
            let mut builder: ConnectorBuilder = Connector::builder().connector_settings(settings.clone());
            builder.set_sleep_impl(components.sleep_impl());
            builder.set_proxy_config(Some(if direct { ProxyConfig::disabled() } else { ProxyConfig::from_env() }));
            let mut builder = builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc));
            if let Some(trusted) = &trusted {
                builder.set_tls_context(trusted.clone());
            }
            SharedHttpConnector::new(builder.build())
        };
        only.get_or_init(make).clone()
    })
}
