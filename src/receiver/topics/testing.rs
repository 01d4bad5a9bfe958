//! A key of our own with a certificate around it, in place of AWS'.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, PublicKeyData as _, date_time_ymd};

use super::certificate::Version;

/// Signs as SNS does.
pub struct Signer {
    key: rcgen::KeyPair,
    pem: String,
}
