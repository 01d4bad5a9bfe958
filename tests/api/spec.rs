//! `docs/openapi.yaml` as something to hold answers and the router to: the part of JSON Schema that it uses.

use std::collections::BTreeSet;

use alert_whisperer::receiver::api::table::ROUTES;
use serde_json::Value;

use crate::rig::Rig;

pub struct Spec(Value);

impl Spec {
    pub fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.yaml");
        Self(serde_norway::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// What it says of a request; the address without its query.
    fn operation(&self, method: &str, address: &str) -> Option<&Value> {
        let fits = |path: &str| {
            let (path, address): (Vec<_>, Vec<_>) = (path.split('/').collect(), address.split('/').collect());
            path.len() == address.len() && path.iter().zip(&address).all(|(a, b)| a == b || a.starts_with('{'))
        };
        let (_, item) = self.0["paths"].as_object().unwrap().iter().find(|(path, _)| fits(path))?;
        item.get(method.to_lowercase())
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(to) => self.resolved(self.0.pointer(to.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{to}"))),
            None => value,
        }
    }

    /// Fails unless an answer is one that is described, down to its fields.
    pub fn hold(&self, method: &str, address: &str, status: u16, headers: &[(String, String)], body: &[u8]) {
        let said = format!("{method} {address}: {status} {}", String::from_utf8_lossy(body));
        let operation = self.operation(method, address).unwrap_or_else(|| panic!("not described: {said}"));
        let response = self.resolved(&operation["responses"][status.to_string()]);
        assert!(response.is_object(), "not described: {said}");
        let has = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            assert!(self.resolved(header)["required"] != true || has(name), "without {name}: {said}");
        }
        match &response["content"] {
            Value::Object(kinds) => {
                let json = serde_json::from_slice(body).unwrap_or_else(|_| panic!("no JSON: {said}"));
                let schema = kinds["application/json"].get("schema").unwrap();
                self.fits(schema, &json).unwrap_or_else(|why| panic!("{why}: {said}"));
            }
            _ => assert!(body.is_empty(), "a body that is not described: {said}"),
        }
    }

    fn fits(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let schema = self.resolved(schema);
        let fields = schema.as_object().unwrap_or_else(|| panic!("{schema} is no schema"));
        for (keyword, rule) in fields {
            let good = match &**keyword {
                "type" => {
                    let is = |kind: &str| match kind {
                        "object" => value.is_object(),
                        "array" => value.is_array(),
                        "string" => value.is_string(),
                        "integer" => value.is_i64() || value.is_u64(),
                        "number" => value.is_number(),
                        "boolean" => value.is_boolean(),
                        "null" => value.is_null(),
                        other => panic!("{other}"),
                    };
                    match rule {
                        Value::String(kind) => is(kind),
                        kinds => kinds.as_array().unwrap().iter().any(|kind| is(kind.as_str().unwrap())),
                    }
                }
                "required" => rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
                "enum" => rule.as_array().unwrap().contains(value),
                "allOf" => {
                    rule.as_array().unwrap().iter().try_for_each(|part| self.fits(part, value))?;
                    true
                }
                "oneOf" => rule.as_array().unwrap().iter().filter(|part| self.fits(part, value).is_ok()).count() == 1,
                "items" => {
                    value.as_array().into_iter().flatten().try_for_each(|item| self.fits(rule, item))?;
                    true
                }
                "properties" => {
                    for (name, field) in value.as_object().into_iter().flatten() {
                        if let Some(schema) = rule.get(name) {
                            self.fits(schema, field).map_err(|why| format!("{name}: {why}"))?;
                        }
                    }
                    true
                }
                "additionalProperties" if rule.is_object() => {
                    let known = |name: &String| schema["properties"].get(name).is_some();
                    let others = value.as_object().into_iter().flatten().filter(|(name, _)| !known(name));
                    others.map(|(_, field)| field).try_for_each(|field| self.fits(rule, field))?;
                    true
                }
                // What is asked for in requests, and what is for people.
                "additionalProperties"
                | "pattern"
                | "description"
                | "examples"
                | "default"
                | "format"
                | "minimum"
                | "maximum"
                | "minLength"
                | "maxLength"
                | "minItems"
                | "maxItems" => true,
                other => panic!("a keyword that nobody looks at here: {other}"),
            };
            if !good {
                return Err(format!("{keyword} {rule}"));
            }
        }
        // A field that is not described is a field that nobody knows of.
        let open = schema.get("additionalProperties").is_some() || schema.get("properties").is_none();
        if !open && schema.get("allOf").is_none() && schema["type"] == "object" && !self.is_part(schema) {
            let unknown = value.as_object().unwrap().keys().find(|name| schema["properties"].get(*name).is_none());
            if let Some(name) = unknown {
                return Err(format!("{name} is not described"));
            }
        }
        Ok(())
    }

    /// Others are made of it, and have more fields.
    fn is_part(&self, schema: &Value) -> bool {
        let schemas = &self.0["components"]["schemas"];
        // What happens to an incident is described in docs/json.md, event by event; so is how an entry is hashed.
        let open = schema["required"] == serde_json::json!(["event"]) || schema["properties"].get("previous").is_some();
        open || [&schemas["Page"], &schemas["Person"]].contains(&schema)
    }
}

#[test]
fn every_address_is_described_and_every_description_is_answered() {
    let (spec, rig) = (Spec::read(), Rig::start());
    let described: BTreeSet<(String, String)> = spec.0["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routed: BTreeSet<_> = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    let others: Vec<_> = described.difference(&routed).collect();
    assert_eq!(routed.difference(&described).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    assert_eq!(routed.len(), ROUTES.len(), "a row twice");
    // Those that are no rows of the table are answered too, and no address by another method.
    for (_, path) in &described {
        let address = path.replace("{id}", "comp_acme").replace("{name}", "priya").replace("{token}", "t");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let answer = rig.ask(method, &address, None, None);
            let is_described = described.contains(&(method.to_owned(), path.clone()));
            assert_eq!(answer.status == 405, !is_described, "{method} {path}: {}", answer.status);
            assert_eq!(answer.status == 405, answer.header("allow").is_some(), "{method} {path}: {answer:?}");
        }
    }
    let others: Vec<&str> = others.iter().map(|(_, path)| &**path).collect();
    assert_eq!(others, ["/api/health", "/metrics", "/api/webhooks/alertmanager", "/api/webhooks/alerts"]);
}

#[test]
fn every_parameter_that_is_read_is_described() {
    let spec = Spec::read();
    for route in ROUTES {
        let item = &spec.0["paths"][route.path];
        let operation = &item[route.method.to_lowercase()];
        let all = operation["parameters"].as_array().into_iter().chain(item["parameters"].as_array()).flatten();
        let described: BTreeSet<(String, String)> = all
            .map(|parameter| spec.resolved(parameter))
            .map(|parameter| (parameter["in"].as_str().unwrap().into(), parameter["name"].as_str().unwrap().into()))
            .collect();
        let names = |place: &str| {
            described.iter().filter(|(at, _)| at == place).map(|(_, name)| &**name).collect::<BTreeSet<_>>()
        };
        let read: BTreeSet<&str> = route.endpoint.parameters().iter().copied().collect();
        assert_eq!(names("query"), read, "{} {}", route.method, route.path);
        let within = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(names("path"), within.collect(), "{}", route.path);
        assert!(names("header").contains("X-Request-Id"), "{}", route.path);
        assert_eq!(names("header").contains("Idempotency-Key"), route.endpoint.changes(), "{}", route.path);
    }
}
