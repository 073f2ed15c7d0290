#!/usr/bin/env bash
# Pushes a run to the gateway with curl: its beginning, some steps, its end.
#   examples/push.sh [GATEWAY]     default http://127.0.0.1:9091; ML_OTEL_TOKEN where the gateway has a token
set -euo pipefail
gateway=${1:-http://127.0.0.1:9091}
job=${JOB_ID:-pushed-$(date +%s)}
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
metadata='{"job_id":"'$job'","model_name":"shell","dataset":"none","start_time":"'$started'"}'

# --retry sends again after 429 and 503, and waits as long as the gateway's Retry-After says. Sending again is safe:
# a snapshot with a timestamp or a step is recognized.
push() {
  curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
    ${ML_OTEL_TOKEN:+--header "Authorization: Bearer $ML_OTEL_TOKEN"} \
    --header "Content-Type: $1" --data-binary @- "$gateway/v1/metrics"
  echo
}

echo '{"job_metadata":'"$metadata"',"status":"running","config":{"learning_rate":0.1}}' | push application/json

# Many steps in one request: one snapshot a line.
for batch in $(seq 1 20); do
  echo '{"timestamp":"'"$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)"'","job_metadata":'"$metadata"',"training_metrics":{"epoch":0,"batch_number":'"$batch"',"loss":0.'$((90 - batch))'}}'
done | push application/x-ndjson

echo '{"job_metadata":'"$metadata"',"status":"finished"}' | push application/json
