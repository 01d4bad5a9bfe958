//! moto's SNS posts to the program as it is built. It signs as AWS does, `SignatureVersion` 2, with a key of its own whose
//! certificate it serves under the name that its messages give; a message with a subject it signs as if it had none, so ours have
//! none. It never asks whether a topic may send: that is posted here in its place, and confirmed there.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Moto;
use crate::program::{self, Serve};

const ALARM: &str = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-01-cpu-critical";

/// moto's SNS, and what may be asked of it by anybody.
struct Sns(Moto);

impl Sns {
    fn new() -> Self {
        let url = std::env::var("MOTO_SNS_URL").expect("MOTO_SNS_URL: run .ci/moto");
        Self(Moto { url, http: reqwest::Client::builder().no_proxy().build().unwrap() })
    }

    async fn ask(&self, parameters: &[(&str, &str)]) -> String {
        self.0.by_nobody("sns", "2010-03-31", parameters).await
    }

    /// A topic that posts to this address.
    async fn topic(&self, name: &str, endpoint: &str) -> String {
        let made = self.ask(&[("Action", "CreateTopic"), ("Name", name)]).await;
        let arn = made.split_once("<TopicArn>").unwrap().1.split_once('<').unwrap().0.to_owned();
        let to = [("Action", "Subscribe"), ("TopicArn", &*arn), ("Protocol", "http"), ("Endpoint", endpoint)];
        self.ask(&to).await;
        arn
    }

    async fn publish(&self, arn: &str, message: &str) {
        self.ask(&[("Action", "Publish"), ("TopicArn", arn), ("Message", message)]).await;
    }
}

fn alarm(state: &str) -> String {
    let trigger = json!({"Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
                         "Dimensions": [{"name": "InstanceId", "value": "i-0123456789abcdef0"}]});
    json!({"AlarmName": "web-01-cpu-critical", "AlarmArn": ALARM, "NewStateValue": state, "OldStateValue": "OK",
           "NewStateReason": "Threshold Crossed", "Trigger": trigger})
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_motos_sns_signed_is_taken_once_its_topic_is_approved() {
    let sns = Sns::new();
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let run = |arguments: &[&str]| program::json(data, arguments);
    let mut command = program::program(data);
    command.env("ALERT_WHISPERER_AWS__ENDPOINT_URL", &sns.0.url).env("AWS_EC2_METADATA_DISABLED", "true");
    let serve = Serve::of(command, &[]);
    run(&["tenant", "add", "comp_acme"]);
    let source = |name: &str, more: &[&str]| {
        let added = run(&[&["source", "add", "comp_acme", name, "--kind", "sns"], more].concat());
        let (path, key) = (added["webhook_url"].as_str().unwrap(), added["api_key"].as_str().unwrap().to_owned());
        assert!(path.ends_with(&format!("/api/webhooks/{name}")));
        format!("http://{}/api/webhooks/{name}?api_key={key}", serve.address)
    };
    let alerts = || run(&["alerts", "--tenant", "comp_acme"]).as_array().unwrap().clone();
    let of_alarm = || alerts().into_iter().filter(|alert| alert["tool_source"] == "CloudWatch").collect::<Vec<Value>>();

    // Nobody has approved the topic: what it sends is kept, and is no alert.
    let arn = sns.topic("alarms", &source("aws", &[])).await;
    sns.publish(&arn, &alarm("ALARM")).await;
    assert!(of_alarm().is_empty());
    let of_source = |field: &str| run(&["source", "show", "comp_acme", "aws"])["health"][field].clone();
    assert_eq!((of_source("unreadable"), of_source("refused")), (json!(1), json!({})));

    // Approved before it asks, as Terraform would have it.
    program::json(data, &["source", "topics", "comp_acme", "aws", "--approve", &arn]);
    sns.publish(&arn, &alarm("ALARM")).await;
    sns.publish(&arn, &alarm("OK")).await;
    let seen: Vec<_> = of_alarm().iter().map(|alert| (alert["asset_name"].clone(), alert["status"].clone())).collect();
    let machine = json!("i-0123456789abcdef0");
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(
        [json!("firing"), json!("resolved")].iter().all(|status| seen.contains(&(machine.clone(), status.clone())))
    );
    let incidents = run(&["incidents", "--tenant", "comp_acme"]);
    let ours = incidents.as_array().unwrap().iter().find(|incident| incident["signature"] == "web-01-cpu-critical");
    assert_eq!(ours.map(|incident| &incident["severity"]), Some(&json!("critical")));

    // A topic asks, and is confirmed at moto when somebody approves it.
    let by_key = source("aws-by-key", &["--auth", "key"]);
    let asking = sns.topic("asking", "http://127.0.0.1:9/").await;
    let at =
        format!("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={asking}&Token=2336412f37fb");
    let asks = json!({"Type": "SubscriptionConfirmation", "MessageId": "1", "TopicArn": asking, "Message": "?", "Token": "2336412f37fb",
                      "SubscribeURL": at, "Timestamp": "2026-01-01T00:00:00.000Z"});
    let answer = sns.0.http.post(&by_key).body(asks.to_string()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
    let waiting = run(&["source", "topics", "comp_acme", "aws-by-key"]);
    assert_eq!((&waiting[0]["arn"], &waiting[0]["approved"]), (&json!(asking), &json!(false)));
    program::json(data, &["source", "topics", "comp_acme", "aws-by-key", "--approve", &asking]);
    assert_eq!(run(&["source", "topics", "comp_acme", "aws-by-key"])[0]["approved"], true);

    // moto knows no such topic, and says so.
    let gone = asking.replace("asking", "gone");
    let asks = asks.to_string().replace(&asking, &gone);
    sns.0.http.post(&by_key).body(asks).send().await.unwrap();
    let refused = program::run(data, &["source", "topics", "comp_acme", "aws-by-key", "--approve", &gone]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("Amazon SNS (sns.us-east-1.amazonaws.com): 404"), "{said}");
    assert_eq!(run(&["source", "topics", "comp_acme", "aws-by-key"])[1]["approved"], false);
}
