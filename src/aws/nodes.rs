//! Managed nodes: those that there are, and letting one outside of AWS become one.

use aws_sdk_ssm::types::{InstanceInformation, PingStatus, PlatformType};
use aws_smithy_types::DateTime;

use crate::core::credentials::Secret;
use crate::core::execution::order::{InstanceId, Platform};
use crate::core::node::{Activation, Code, Node};
use crate::core::time::{Moment, Span};

use super::{Account, AwsError, Kind};

/// As many pages are read: 10,000 nodes.
const PAGES: usize = 200;
/// As many nodes come with a page (API_DescribeInstanceInformation: 5 to 50).
const A_PAGE: i32 = 50;
/// The role that machines outside of AWS get: the name that AWS' own manual gives it.
pub(super) const HYBRID_ROLE: &str = "SSMServiceRole";

impl Account {
    /// All managed nodes, by name; the first 10,000 of them.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn nodes(&self) -> Result<Vec<Node>, AwsError> {
        let mut nodes = Vec::new();
        let mut page = None;
        for _ in 0..PAGES {
            let answer = self
                .ask("ssm:DescribeInstanceInformation", |ssm| {
                    ssm.describe_instance_information().max_results(A_PAGE).set_next_token(page.clone()).send()
                })
                .await?;
            nodes.extend(answer.instance_information_list.unwrap_or_default().into_iter().filter_map(node));
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                break;
            }
        }
        nodes.sort_by(|a, b| (&a.name, &a.instance).cmp(&(&b.name, &b.instance)));
        Ok(nodes)
    }

    /// Lets one machine outside of AWS register within a day, under this name and with the role `SSMServiceRole`.
    ///
    /// # Errors
    /// When AWS can't be asked, or the role that such machines get is not there.
    pub async fn activate(&self, name: &str, platform: Platform) -> Result<Activation, AwsError> {
        if platform == Platform::MacOs {
            let why = "Systems Manager takes machines outside of AWS that run Linux or Windows only";
            return Err(AwsError::new(Kind::Invalid, why));
        }
        let plain = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
        if name.is_empty() || name.chars().count() > 256 || !name.chars().all(plain) {
            let why = "a machine's name is 1 to 256 letters, digits, spaces and any of _.:/=+-@";
            return Err(AwsError::new(Kind::Invalid, why));
        }
        let answer = self.ask_once("ssm:CreateActivation", |ssm| {
            ssm.create_activation().default_instance_name(name).iam_role(HYBRID_ROLE).registration_limit(1).send()
        });
        let answer = answer.await.map_err(|error| self.without_the_role(error))?;
        let (id, code) = (answer.activation_id.unwrap_or_default(), answer.activation_code.unwrap_or_default());
        let command = registration(&id, &code, self.region(), platform)
            .ok_or_else(|| AwsError::new(Kind::Invalid, "AWS sent an activation that no shell should see"))?;
        Ok(Activation {
            id,
            code: Code(Secret::new(code)),
            command: Code(Secret::new(command)),
            // A day is what AWS gives when nobody says otherwise.
            expires_at: self.now() + Span::DAY,
        })
    }

    fn without_the_role(&self, error: AwsError) -> AwsError {
        if error.kind != Kind::Invalid || !error.message.contains("role") {
            return error;
        }
        let message = format!(
            "account {} of {} has no role {HYBRID_ROLE} that Systems Manager may give to machines outside of AWS: create it \
             there, trusting ssm.amazonaws.com, with the policy AmazonSSMManagedInstanceCore ({})",
            self.account_id(),
            self.tenant(),
            error.message,
        );
        AwsError { message, ..error }
    }
}

/// A node as AWS describes it; none for what has no instance id that could be sent a command.
fn node(from: InstanceInformation) -> Option<Node> {
    let instance: InstanceId = from.instance_id.as_deref().unwrap_or_default().parse().ok()?;
    let text = |text: Option<String>| text.unwrap_or_default();
    let named = [from.name, from.computer_name].into_iter().flatten().find(|name| !name.is_empty());
    let system = format!("{} {}", text(from.platform_name), text(from.platform_version));
    Some(Node {
        name: named.unwrap_or_else(|| instance.to_string()),
        instance,
        platform: match from.platform_type {
            Some(PlatformType::Windows) => Platform::Windows,
            Some(PlatformType::Macos) => Platform::MacOs,
            _ => Platform::Linux,
        },
        system: system.trim().into(),
        ip: text(from.ip_address),
        agent_version: text(from.agent_version),
        online: from.ping_status == Some(PingStatus::Online),
        last_ping_at: from.last_ping_date_time.as_ref().and_then(moment),
    })
}

/// A time of AWS, to the nearest millisecond: it sends seconds with a fraction that binary does not have.
pub(super) fn moment(at: &DateTime) -> Option<Moment> {
    i64::try_from((at.as_nanos() + 500_000).div_euclid(1_000_000)).ok().map(Moment)
}

/// What to run on the machine: AWS' own installer, which installs the agent too. None when the id or the code is nothing that can
/// stand in a command.
fn registration(id: &str, code: &str, region: &str, platform: Platform) -> Option<String> {
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-/+=_".contains(&c))
            && text.len() <= 250
    };
    if !plain(id) || !plain(code) {
        return None;
    }
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    let from = format!("https://amazon-ssm-{region}.s3.{region}.amazonaws.com{suffix}/latest");
    let register = format!("-register -activation-id \"{id}\" -activation-code \"{code}\" -region \"{region}\"");
    Some(if platform == Platform::Windows {
        // Without the first line, the PowerShell of Windows Server 2016 offers TLS 1.0, which S3 does not take.
        format!(
            "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'; \
             $d = New-Item -ItemType Directory \"$env:TEMP\\ssm-$(Get-Random)\"; \
             Invoke-WebRequest -UseBasicParsing {from}/windows_amd64/ssm-setup-cli.exe -OutFile \"$d\\ssm-setup-cli.exe\"; \
             & \"$d\\ssm-setup-cli.exe\" {register}"
        )
    } else {
        format!(
            "d=$(mktemp -d) && a=$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/') && \
             curl -fsS -o \"$d/ssm-setup-cli\" {from}/linux_$a/ssm-setup-cli && chmod +x \"$d/ssm-setup-cli\" && \
             sudo \"$d/ssm-setup-cli\" {register}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_goes_by_its_own_name_then_its_computers_then_its_id() {
        let from = InstanceInformation::builder().instance_id("mi-0123456789abcdef0");
        let name = |from: aws_sdk_ssm::types::builders::InstanceInformationBuilder| node(from.build()).unwrap().name;
        assert_eq!(name(from.clone().name("till-07").computer_name("till.local")), "till-07");
        assert_eq!(name(from.clone().name("").computer_name("till.local")), "till.local");
        assert_eq!(name(from), "mi-0123456789abcdef0");
    }

    #[test]
    fn what_no_command_can_be_sent_to_is_left_out() {
        for id in ["", "ssm-quicksetup", "i-0123;rm"] {
            assert_eq!(node(InstanceInformation::builder().instance_id(id).build()), None);
        }
    }

    #[test]
    fn nothing_that_a_shell_would_read_gets_into_the_command() {
        let register = |id, code| registration(id, code, "us-east-1", Platform::Linux);
        assert!(register("0a1b-2c", "Ab+/=3").is_some());
        for bad in ["", "$(id)", "a b", "a\"b", "a`b", "a\nb"] {
            assert_eq!(register(bad, "code"), None, "{bad:?}");
            assert_eq!(register("id", bad), None, "{bad:?}");
        }
        let windows = registration("id", "code", "us-east-1", Platform::Windows).unwrap();
        assert!(windows.starts_with("[Net.ServicePointManager]::SecurityProtocol = 'Tls12'; "), "{windows}");
        let china = registration("id", "code", "cn-north-1", Platform::Windows).unwrap();
        assert!(
            china.contains("https://amazon-ssm-cn-north-1.s3.cn-north-1.amazonaws.com.cn/latest/windows_amd64/"),
            "{china}"
        );
    }
}
