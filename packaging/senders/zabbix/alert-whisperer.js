// Posts an event of Zabbix to Alert Whisperer, signed. The script of the media type in alert-whisperer.yaml; docs/senders/zabbix.md.

var given = JSON.parse(value);

// What a parameter says. A macro that Zabbix could not expand stays as it is, or becomes *UNKNOWN*.
function told(name) {
    var text = typeof given[name] === 'string' ? given[name].trim() : '';
    return text === '*UNKNOWN*' || /^\{[^{}]*\}$/.test(text) ? '' : text;
}

function needed(name) {
    var text = told(name);
    if (text === '') {
        throw 'Alert Whisperer: the parameter ' + name + ' is empty';
    }
    return text;
}

// JSON in ASCII: where characters beyond U+FFFF are pairs of surrogates, hmac() hashes other bytes than are sent.
function ascii(json) {
    function unit(code) {
        return '\\u' + ('000' + code.toString(16)).slice(-4);
    }
    var out = '', code, i;
    for (i = 0; i < json.length; i++) {
        code = json.charCodeAt(i);
        if (code > 0xffff) {
            out += unit(0xd800 + ((code - 0x10000) >> 10)) + unit(0xdc00 + ((code - 0x10000) & 0x3ff));
        } else {
            out += code > 0x7e ? unit(code) : json.charAt(i);
        }
    }
    return out;
}

// When the problem began. By its age, because dates are written in a zone that is not told.
function began(now) {
    var units = { s: 1, m: 60, h: 3600, d: 86400 }, seconds = 0, part, i;
    var parts = told('event_age').split(/\s+/);
    for (i = 0; i < parts.length; i++) {
        part = /^(\d+)([smhd])$/.exec(parts[i]);
        if (part === null) {
            return '';
        }
        seconds += part[1] * units[part[2]];
    }
    return String(now - seconds);
}

var url = needed('url'), key = needed('key'), secret = needed('secret');
var now = Math.floor(Date.now() / 1000);
var body = {}, name, settings = { url: 1, key: 1, secret: 1, http_proxy: 1, event_age: 1, sent_at: 1 };
for (name in given) {
    if (!settings[name]) {
        body[name] = told(name);
    }
}
body.began = told('event_update_status') === '1' || told('event_value') === '0' ? '' : began(now);
body = ascii(JSON.stringify(body));

var request = new HttpRequest();
if (told('http_proxy') !== '') {
    request.setProxy(told('http_proxy'));
}
request.addHeader('Content-Type: application/json');
request.addHeader('X-API-Key: ' + key);
request.addHeader('X-Timestamp: ' + now);
request.addHeader('X-Signature: sha256=' + hmac('sha256', secret, now + '.' + body));
// Zabbix runs this again, with the same parameters, when it failed; then it is signed anew, but it is the same delivery.
delete given.key;
delete given.secret;
request.addHeader('X-Delivery-ID: zabbix-' + hmac('sha256', 'delivery', ascii(JSON.stringify(given))));
var answer = request.post(url, body), status = request.getStatus();
if (status < 200 || status > 299) {
    throw 'Alert Whisperer answered ' + status + ': ' + String(answer).slice(0, 512);
}
return 'OK';
