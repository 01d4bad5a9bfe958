//! An alert on its way into a real engine, past the receiver.

use std::sync::Arc;

use alert_whisperer::core::alert::Report;
use alert_whisperer::core::id::TenantId;
use alert_whisperer::core::input::{Delivery, Input};
use alert_whisperer::core::receipt::Receipts;
use alert_whisperer::engine::handle::{Answered, Handle, Intake};
use tokio::sync::oneshot;

/// A sender's request with one alert and that body; what its sender is told.
pub async fn deliver(engine: &Handle, tenant: TenantId, report: Report, raw: &str) -> Arc<Receipts> {
    let input = Arc::new(Input::Delivery(Delivery {
        source: "alerts".into(),
        reports: vec![report.into()],
        ..Delivery::default()
    }));
    let (answer, answered) = oneshot::channel();
    let encoded = serde_json::to_vec(&*input).unwrap().into();
    let raw = raw.to_owned().into();
    let intake = Intake { tenant, input, encoded, raw, by_signature: None, by_id: None, answer };
    engine.offer(intake).unwrap();
    match answered.await.unwrap() {
        Answered::Stored(receipts) => receipts,
        other => panic!("{other:?}"),
    }
}
