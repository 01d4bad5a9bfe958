//! Zabbix' own engine for JavaScript.

use super::sender;

#[test]
fn the_engine_of_zabbix_is_there() {
    let version = sender("ZABBIX_JS").arg("-V").output().unwrap();
    assert!(String::from_utf8_lossy(&version.stdout).contains("zabbix_js"), "{version:?}");
}
