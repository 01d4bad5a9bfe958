//! Every address of the API, as one client's people with the other's ids, against ids of nobody's.

use std::net::SocketAddr;

use alert_whisperer::core::time::Span;
use alert_whisperer::engine;
use alert_whisperer::people::ChangeError;
use alert_whisperer::receiver::api::table::ROUTES;
use alert_whisperer::receiver::{self, Options};
use reqwest::Method;

use crate::house::{House, NOBODY, OURS, PEOPLE, SECRET, THEIRS};

/// An answer but for its date: everything that whoever asks can compare.
async fn answer(client: &reqwest::Client, at: SocketAddr, token: &str, method: &str, path: &str) -> String {
    let method: Method = method.parse().unwrap();
    let asked = client.request(method.clone(), format!("http://{at}{path}")).bearer_auth(token);
    let asked = asked.header("X-Request-Id", "the-same");
    let asked = if method == Method::GET { asked } else { asked.header("Content-Type", "application/json").body("{}") };
    let answer = asked.send().await.unwrap();
    let mut said = format!("{}\n", answer.status());
    for (name, value) in answer.headers().iter().filter(|(name, _)| name.as_str() != "date") {
        said.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    said + &answer.text().await.unwrap()
}

/// An address with what varies in it filled in.
fn with(path: &str, tenant: &str) -> String {
    let id = match path.split('/').nth(2).unwrap() {
        "companies" => tenant.to_owned(),
        "incidents" => format!("{tenant}-i1"),
        _ => format!("{tenant}-x1"),
    };
    path.replace("{id}", &id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_answers_another_tenant_s_ids_like_nobody_s() {
    let house = House::new().await;
    let handle = house.running.handle().clone();
    let bound = receiver::bind("127.0.0.1:0".parse().unwrap(), handle, Options::default()).unwrap();
    let at = bound.address();
    let serving = tokio::spawn(receiver::serve(bound, std::future::pending()));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut own = 0;
    for (who, role) in PEOPLE {
        let token = house.people.token(who, Span::HOUR, engine::now(), |_| Ok::<_, ChangeError>(())).unwrap().token;
        for route in ROUTES.iter().filter(|route| !route.path.contains("{name}")) {
            let filters = route.endpoint.parameters().contains(&"company_id");
            if route.path.contains("{id}") {
                let (theirs, nobodys) = (with(route.path, THEIRS), with(route.path, NOBODY));
                let theirs = answer(&client, at, &token, route.method, &theirs).await;
                let nobodys = answer(&client, at, &token, route.method, &nobodys).await;
                assert_eq!(theirs, nobodys, "{role:?}: {} {}", route.method, route.path);
                assert!(theirs.starts_with('4') && !theirs.starts_with("401"), "{role:?}: {}: {theirs}", route.path);
            } else if route.method == "GET" {
                let all = answer(&client, at, &token, route.method, route.path).await;
                assert!(!all.contains(THEIRS) && !all.contains(SECRET), "{role:?}: {}: {all}", route.path);
                own += usize::from(all.contains(OURS));
            }
            if filters {
                let of = |tenant| format!("{}?company_id={tenant}", route.path);
                let theirs = answer(&client, at, &token, route.method, &of(THEIRS)).await;
                let nobodys = answer(&client, at, &token, route.method, &of(NOBODY)).await;
                assert_eq!(theirs, nobodys, "{role:?}: {}", route.path);
                assert!(theirs.starts_with('4'), "{role:?}: {}: {theirs}", route.path);
            }
        }
    }
    assert!(own >= 4 * 3, "they see companies, alerts and incidents of their own");
    serving.abort();
}
