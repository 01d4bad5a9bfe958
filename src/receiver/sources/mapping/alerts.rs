//! Follows a mapping through a body. What is odd in an alert is mended rather than refused, for most of these tools send once
//! and never again; only an alert without an asset or a signature is none.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::graded::{Graded, Word};
use super::place::{Hit, Scope};
use super::pointer;
use super::{Field, Mapping};
use crate::core::alert::{Identity, Report};
use crate::core::input::Rejected;
use crate::core::reading::{Context, Origin, Parsed, Unreadable};
use crate::core::time::Moment;
use crate::receiver::sources::field;
use crate::receiver::sources::json::Json;
use crate::receiver::sources::native::MOST_ALERTS;
use crate::receiver::sources::no_alert;

/// Bytes of a fingerprint; a longer one counts by its digest, for cut off it could be another's.
const LONGEST_FINGERPRINT: usize = 512;
/// Characters of an instance id.
const LONGEST_INSTANCE: usize = 64;

/// Reads a body.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(mapping: &Mapping, json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let body = Scope::body(json, &mapping.parse);
    let batch = mapping.batch.as_ref().and_then(|at| Some((at.to_string(), body.find(at)?)));
    // A body without its batch may be an alert itself, and an array is a batch even where the mapping says nothing of one.
    let (at, found) = batch.unwrap_or_else(|| (String::new(), json));
    let reader = Reader { mapping, context };
    match found {
        Json::List(list) if list.len() > MOST_ALERTS => Err(no_alert("The array has more than 5000 alerts.")),
        Json::List(list) if list.is_empty() && !reader.ignores(&body) => {
            Err(no_alert("There is no alert in the array."))
        }
        Json::List(list) => reader.batch(&body, &at, list),
        alert => {
            let read = reader
                .one(&body.of(alert, at, &mapping.parse))
                .map_err(|lack| Unreadable::NoAlert { reason: lack.reason.into(), fields: lack.fields })?;
            let (report, origins) = read.map_or((None, None), |(report, origins)| (Some(report), origins));
            let (reports, origins) = (report.into_iter().collect(), origins.into_iter().collect());
            Ok(Parsed { reports, origins, ..Parsed::default() })
        }
    }
}

/// Follows a mapping.
struct Reader<'m> {
    mapping: &'m Mapping,
    context: Context<'m>,
}

/// A report, and where its fields came from when that was asked for.
type Read = (Report, Option<Vec<Origin>>);

/// What an alert can't be without is not there.
struct Lack {
    reason: &'static str,
    /// Where it was looked for.
    fields: Vec<String>,
}

impl Reader<'_> {
    /// Reads the alerts of a batch; the bad ones do not keep the good ones.
    fn batch<'s>(&'s self, body: &'s Scope<'s>, at: &str, list: &'s [Json<'s>]) -> Result<Parsed, Unreadable> {
        let mut parsed = Parsed { batch: true, reports: Vec::with_capacity(list.len()), ..Parsed::default() };
        let mut passed_over = false;
        for (index, alert) in (0u32..).zip(list) {
            match self.one(&body.of(alert, format!("{at}/{index}"), &self.mapping.parse)) {
                Ok(Some((report, origins))) => {
                    parsed.reports.push(report);
                    parsed.indices.push(index);
                    parsed.origins.extend(origins);
                }
                Ok(None) => passed_over = true,
                Err(Lack { reason, fields }) => parsed.rejected.push(Rejected { index, reason: reason.into(), fields }),
            }
        }
        if parsed.reports.is_empty() && !passed_over {
            let reason = parsed.rejected.first().map(|rejected| rejected.reason.clone()).unwrap_or_default();
            let fields = parsed.rejected.into_iter().flat_map(|rejected| rejected.fields).collect();
            return if reason.is_empty() { Ok(Parsed::default()) } else { Err(Unreadable::NoAlert { reason, fields }) };
        }
        if parsed.reports.len() == list.len() {
            parsed.indices.clear();
        }
        Ok(parsed)
    }

    fn ignores(&self, scope: &Scope<'_>) -> bool {
        self.mapping.ignore.iter().any(|ignore| {
            let Some(value) = scope.find(&ignore.at) else { return false };
            let Some(words) = &ignore.words else { return *value != Json::Null };
            pointer::text(value).is_some_and(|word| words.contains(&word.to_lowercase()))
        })
    }

    /// Reads one alert; absent when the mapping passes it over.
    fn one(&self, scope: &Scope<'_>) -> Result<Option<Read>, Lack> {
        if self.ignores(scope) {
            return Ok(None);
        }
        let mapping = self.mapping;
        let mut trail = Trail { scope, origins: self.context.explain.then(Vec::new) };
        let asset = trail.text("asset_name", &mapping.asset_name);
        let signature = trail.text("signature", &mapping.signature);
        let (asset, signature) = match (asset, signature) {
            (Some(asset), Some(signature)) => (asset, signature),
            (asset, signature) => return Err(lack(mapping, scope, asset.is_none(), signature.is_none())),
        };
        let severity = trail.graded("severity", &mapping.severity);
        let status = trail.graded("status", &mapping.status);
        let message = trail.text("message", &mapping.message).unwrap_or_else(|| signature.clone());
        let (message, message_cut) = field::cut(&message, field::LONGEST_MESSAGE);
        trail.note("tool_source", "the mapping's tool", Some(&mapping.tool));
        let fingerprint = trail.text("fingerprint", &mapping.dedup_key).map(fingerprint);
        let occurred_at = self.occurred_at(&mut trail);
        let began = mapping.began && occurred_at.is_some();
        let instance_id = trail.text("instance_id", &mapping.instance_id);
        let report = Report {
            asset_name: field::cut_characters(&asset, field::LONGEST_NAME).into(),
            signature: field::cut_characters(&signature, field::LONGEST_NAME).into(),
            severity,
            status,
            message: message.into(),
            message_cut,
            tool_source: mapping.tool.clone(),
            occurred_at,
            instance_id: instance_id.filter(|id| field::fits(id, LONGEST_INSTANCE)),
            links: trail.links(&mapping.links),
            labels: trail.labels(mapping),
            fingerprint,
            identity: if began { Identity::Beginning } else { Identity::Fingerprint },
        };
        Ok(Some((report, trail.origins)))
    }

    /// The first time that can be one.
    fn occurred_at(&self, trail: &mut Trail<'_>) -> Option<Moment> {
        let latest = self.context.now + self.context.skew;
        let field = &self.mapping.occurred_at;
        let hits = field.places.iter().filter_map(|place| place.hit(trail.scope, field.pattern.as_ref()));
        let found = hits.filter_map(|hit| Some((self.mapping.format.read(hit.value(), latest)?, hit))).next();
        trail.hit("occurred_at", field, found.as_ref().map(|(_, hit)| hit));
        found.map(|(at, _)| at)
    }
}

fn lack(mapping: &Mapping, scope: &Scope<'_>, asset: bool, signature: bool) -> Lack {
    let reason = if asset {
        "asset_name is required: there is nothing where the mapping looks for it."
    } else {
        "signature is required: there is nothing where the mapping looks for it."
    };
    let lacking =
        [(asset, &mapping.asset_name), (signature, &mapping.signature)].into_iter().filter(|(lacks, _)| *lacks);
    let pointers = lacking.flat_map(|(_, field)| &field.places).flat_map(|place| place.pointers());
    Lack { reason, fields: pointers.map(|pointer| scope.full(pointer)).collect() }
}

fn fingerprint(key: String) -> String {
    if key.len() <= LONGEST_FINGERPRINT { key } else { hex::encode(Sha256::digest(key)) }
}

impl Field {
    fn find<'m, 's>(&'m self, scope: &'s Scope<'_>) -> Option<Hit<'m, 's>> {
        self.places.iter().find_map(|place| place.hit(scope, self.pattern.as_ref()))
    }
}

/// Reads fields, and writes down where they came from when that was asked for.
struct Trail<'s> {
    scope: &'s Scope<'s>,
    origins: Option<Vec<Origin>>,
}

impl<'s> Trail<'s> {
    fn text(&mut self, name: &str, field: &Field) -> Option<String> {
        let hit = field.find(self.scope);
        self.hit(name, field, hit.as_ref());
        let found =
            hit.map(|hit| field.words.get(&hit.value().to_lowercase()).map_or(hit.value(), |word| word).to_owned());
        found.or_else(|| field.default.clone())
    }

    fn graded<T: Word>(&mut self, name: &str, graded: &Graded<T>) -> T {
        let hit = graded.field.find(self.scope);
        self.hit(name, &graded.field, hit.as_ref());
        hit.map_or(graded.default, |hit| graded.of(hit.value()))
    }

    /// All that are http(s) URLs, each once.
    fn links(&mut self, field: &Field) -> Vec<String> {
        let mut links: Vec<String> = Vec::new();
        for hit in field.places.iter().flat_map(|place| place.hits(self.scope, field.pattern.as_ref())) {
            let link = hit.value();
            if links.len() < field::MOST_LINKS && field::is_link(link) && !links.iter().any(|known| known == link) {
                links.push(link.into());
                self.hit("links", field, Some(&hit));
            }
        }
        links
    }

    /// Those that are named, then those of an object, as far as there is room.
    fn labels(&mut self, mapping: &Mapping) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        let mut add = |name: &str, value: &str| {
            if labels.len() < field::MOST_LABELS && !name.is_empty() && !value.is_empty() && !labels.contains_key(name)
            {
                labels.insert(
                    field::cut(name, field::LONGEST_LABEL).0.into(),
                    field::cut(value, field::LONGEST_LABEL).0.into(),
                );
                return true;
            }
            false
        };
        for (name, place) in &mapping.labels {
            if let Some(hit) = place.hit(self.scope, None).filter(|hit| add(name, hit.value())) {
                self.note(&format!("labels.{name}"), &hit.from(self.scope), Some(&hit.stood));
            }
        }
        if let Some(all) = &mapping.all_labels {
            let at = self.scope.full(all);
            for (name, value) in self.scope.find(all).map(pairs).unwrap_or_default() {
                if pointer::text(value).is_some_and(|value| add(name, &value)) {
                    self.note(&format!("labels.{name}"), &at, pointer::text(value).as_deref());
                }
            }
        }
        labels
    }

    fn hit(&mut self, name: &str, field: &Field, hit: Option<&Hit<'_, '_>>) {
        if self.origins.is_none() {
            return;
        }
        match hit {
            Some(hit) => self.note(name, &hit.from(self.scope), Some(&hit.stood)),
            None if field.default.is_some() => self.note(name, "the mapping's default", None),
            None => self.note(name, "nothing was found", None),
        }
    }

    fn note(&mut self, name: &str, from: &str, found: Option<&str>) {
        if let Some(origins) = &mut self.origins {
            origins.push(field::origin(name, from, found));
        }
    }
}

/// The names and values of an object, or of the lists that some tools write instead: `[["name", "value"]]`,
/// `[{"name": "value"}]` with `key`, `name` or `Key`, and `value` or `Value`.
fn pairs<'j>(from: &'j Json<'_>) -> Vec<(&'j str, &'j Json<'j>)> {
    match from {
        Json::Object(object) => object.pairs().collect(),
        Json::List(list) => list.iter().filter_map(pair).collect(),
        _ => Vec::new(),
    }
}

fn pair<'j>(from: &'j Json<'_>) -> Option<(&'j str, &'j Json<'j>)> {
    match from {
        Json::List(pair) => match &pair[..] {
            [name, value] => Some((name.text()?, value)),
            _ => None,
        },
        Json::Object(object) => {
            let name = ["key", "name", "Key"].iter().find_map(|name| object.word(name))?;
            Some((name, ["value", "Value"].iter().find_map(|name| object.get(name))?))
        }
        _ => None,
    }
}
