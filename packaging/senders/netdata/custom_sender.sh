# For Netdata: docs/senders/netdata.md. Goes to the end of health_alarm_notify.conf (sudo /etc/netdata/edit-config).
SEND_CUSTOM="YES"
DEFAULT_RECIPIENT_CUSTOM="alert-whisperer"
ALERT_WHISPERER_URL="{url}"
ALERT_WHISPERER_KEY="{key}"

custom_sender() {
    local httpcode
    # A form: curl writes every text so that it can be read again, whatever is in it. docurl() is Netdata's; the key is not among
    # its arguments.
    httpcode=$(docurl --max-time 10 --retry 3 --retry-connrefused \
        --config <(printf 'url = "%s"\nheader = "X-API-Key: %s"\n' "${ALERT_WHISPERER_URL}" "${ALERT_WHISPERER_KEY}") \
        --data-urlencode "host=${host}" --data-urlencode "name=${name}" --data-urlencode "chart=${chart}" \
        --data-urlencode "context=${context}" --data-urlencode "class=${classification}" \
        --data-urlencode "status=${status}" --data-urlencode "old_status=${old_status}" \
        --data-urlencode "info=${info}" --data-urlencode "value_string=${value_string}" \
        --data-urlencode "when=${when}" --data-urlencode "duration=${non_clear_duration_txt}" \
        --data-urlencode "roles=${roles}" --data-urlencode "goto_url=${goto_url}")
    if [ "${httpcode}" = "200" ]; then
        info "sent to Alert Whisperer: ${host} ${name} is ${status}"
        sent=$((sent + 1))
    else
        error "Alert Whisperer answered ${httpcode} to ${host} ${name} ${status}"
    fi
}
