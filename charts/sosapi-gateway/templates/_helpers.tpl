{{/* The name of everything: the release's, with the chart's where it does not say so already. */}}
{{- define "sosapi-gateway.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "sosapi-gateway.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sosapi-gateway.labels" -}}
{{ include "sosapi-gateway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* "yes" where a store is the gateway's own. */}}
{{- define "sosapi-gateway.embedded" -}}
{{- range .Values.gateway.backends -}}{{- if eq .kind "embedded" -}}yes{{- end -}}{{- end -}}
{{- end -}}

{{- define "sosapi-gateway.secretName" -}}
{{- if .Values.secrets.existingSecret -}}
{{- .Values.secrets.existingSecret -}}
{{- else -}}
{{- printf "%s-secrets" (include "sosapi-gateway.name" .) -}}
{{- end -}}
{{- end -}}

{{/* Fails where a secret stands as text in what becomes a ConfigMap: a dict with `at`, where it is, and `value`. */}}
{{- define "sosapi-gateway.noSecretIn" -}}
{{- $at := .at -}}
{{- if kindIs "map" .value -}}
{{- range $key, $value := .value -}}
{{- if and (has $key (list "secretAccessKey" "password" "secret" "token" "value")) (or (kindIs "string" $value) (hasKey $value "env")) -}}
{{- fail (printf "%s.%s must be { file: /etc/sosapi-gateway/secrets/NAME }, with NAME in secrets.values or in secrets.existingSecret" $at $key) -}}
{{- end -}}
{{- include "sosapi-gateway.noSecretIn" (dict "at" (printf "%s.%s" $at $key) "value" $value) -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value -}}
{{- include "sosapi-gateway.noSecretIn" (dict "at" (printf "%s[%d]" $at $index) "value" $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sosapi-gateway.config" -}}
{{- include "sosapi-gateway.noSecretIn" (dict "at" "gateway" "value" .Values.gateway) -}}
{{- $s3 := list (dict "host" "0.0.0.0" "port" 8080) -}}
{{- if .Values.tls.existingSecret -}}
{{- $files := dict "cert" "/etc/sosapi-gateway/tls/tls.crt" "key" "/etc/sosapi-gateway/tls/tls.key" -}}
{{- $s3 = append $s3 (dict "host" "0.0.0.0" "port" 8443 "tls" $files) -}}
{{- end -}}
{{- $health := dict "host" "0.0.0.0" "port" 8082 "metrics" true -}}
{{- $listeners := dict "s3" $s3 "admin" (dict "host" "127.0.0.1" "port" 8081) "health" $health -}}
{{- toYaml (merge (dict "listeners" $listeners) .Values.gateway) -}}
{{- end -}}
